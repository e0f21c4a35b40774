#include "shelduck/commands/folders.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "shelduck/commands/environment_for_test.hpp"
#include "shelduck/commands/temporary_folder_for_test.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {
namespace {

struct stat status_of(const std::filesystem::path& path) {
  struct stat status{};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status;
}

TEST(Folders, FollowTheXdgVariables) {
  const Environment named = environment_of({{"HOME", "/home/ann"}, {"XDG_DATA_HOME", "/data"}});
  EXPECT_EQ(data_folder(named), "/data/shelduck");
  EXPECT_EQ(state_folder(named), "/home/ann/.local/state/shelduck");
  EXPECT_EQ(config_folder(named), "/home/ann/.config/shelduck");
  EXPECT_EQ(data_folder(environment_of({{"HOME", "/home/ann"}, {"XDG_DATA_HOME", "data"}})),
            "/home/ann/.local/share/shelduck");
}

TEST(Folders, TakeTheHomeOfThePasswdEntryWhereHomeIsUnset) {
  const TemporaryFolder folder;
  const auto passwd = folder.write(
      "passwd", "other:x:4294967:1::/home/other:/bin/sh\nann:x:" + std::to_string(getuid()) +
                    ":1:Ann:/home/ann:/bin/sh\n");
  EXPECT_EQ(home_folder(environment_of({}), passwd), "/home/ann");
  EXPECT_EQ(login_name(passwd), "ann");
}

TEST(Folders, SayWhatToDoWhereThereIsNoHome) {
  try {
    static_cast<void>(home_folder(environment_of({}), "/nonexistent/passwd"));
    FAIL() << "it found a home";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
    EXPECT_NE(error.detail().hint.find("--db"), std::string::npos);
  }
}

TEST(Folders, MakeTheDatabasePathAbsolute) {
  const std::vector<std::string> words{"--db", "x/../h.duckdb", "history", "runs"};
  EXPECT_EQ(database_of(parse(words), environment_of({})),
            std::filesystem::current_path() / "h.duckdb");
  EXPECT_EQ(database_of(parse(std::vector<std::string>{"history", "runs"}),
                        environment_of({{"HOME", "/home/ann"}})),
            "/home/ann/.local/share/shelduck/history.duckdb");
}

TEST(Folders, MakeMissingParentsPrivate) {
  const TemporaryFolder folder;
  const auto deep = folder.path() / "a" / "b" / "c";
  make_private_folders(deep);
  make_private_folders(deep);
  EXPECT_EQ(status_of(deep).st_mode & 0777U, 0700U);
  EXPECT_EQ(status_of(folder.path() / "a").st_mode & 0777U, 0700U);
}

TEST(Folders, SocketsGoWhereTheSystemWantsThem) {
  EXPECT_EQ(runtime_folder(environment_of({{"RUNTIME_DIRECTORY", "/run/shelduck:/run/other"},
                                           {"XDG_RUNTIME_DIR", "/run/user/1000"}})),
            "/run/shelduck");
  EXPECT_EQ(runtime_folder(environment_of({{"XDG_RUNTIME_DIR", "/run/user/1000"}})),
            "/run/user/1000/shelduck");
  EXPECT_EQ(runtime_folder(environment_of({{"XDG_RUNTIME_DIR", "relative"}})), "");
}

TEST(Folders, RefuseAFileInTheWay) {
  const TemporaryFolder folder;
  const auto file = folder.write("file", "");
  EXPECT_THROW(make_private_folders(file / "below"), Error);
  EXPECT_THROW(make_private_folders(file), Error);
  EXPECT_THROW(make_private_folders("/proc/nowhere/below"), Error);
}

TEST(Folders, GiveWhatRootMakesToTheOwnerOfTheFolder) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const TemporaryFolder folder;
  constexpr uid_t kUser = 12345;
  ASSERT_EQ(chown(folder.path().c_str(), kUser, kUser), 0);
  make_private_folders(folder.path() / "a" / "b");
  EXPECT_EQ(status_of(folder.path() / "a" / "b").st_uid, kUser);
  const auto file = folder.write("file", "");
  adopt_folder_owner(file);
  EXPECT_EQ(status_of(file).st_uid, kUser);
  EXPECT_EQ(status_of(file).st_gid, kUser);
}

}  // namespace
}  // namespace shelduck::commands
