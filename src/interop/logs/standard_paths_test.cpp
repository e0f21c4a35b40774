#include "shelduck/interop/logs/standard_paths.hpp"

#include <gtest/gtest.h>

namespace shelduck::interop::logs {
namespace {

using Names = std::vector<std::string>;

TEST(LogFormat, NamesRoundTrip) {
  for (const Format format : kFormats) EXPECT_EQ(parse_format(to_string(format)), format);
  EXPECT_FALSE(parse_format("APT"));
  EXPECT_FALSE(parse_format(""));
  EXPECT_EQ(plugin_name(Format::dnfrpm), "dnf");
  EXPECT_EQ(plugin_name(Format::yum), "yum");
}

TEST(StandardPath, ExistsForAllButNinja) {
  for (const Format format : kFormats) {
    EXPECT_EQ(standard_path(format).has_value(), format != Format::ninja);
  }
}

TEST(WithoutRotation, CutsNumbersDatesAndPacking) {
  for (const char* name :
       {"history.log", "history.log.1", "history.log.12.gz", "history.log.3.xz", "history.log.gz",
        "history.log-20240131", "history.log-20240131.gz", "history.log-2024013115.gz",
        "history.log.old", "history.log-20240131-1706659200.gz"}) {
    EXPECT_EQ(without_rotation(name), "history.log") << name;
  }
  EXPECT_EQ(without_rotation(".ninja_log"), ".ninja_log");
  EXPECT_EQ(without_rotation("dnf.rpm.log.2"), "dnf.rpm.log");
  EXPECT_EQ(without_rotation("host-a.log"), "host-a.log");
  EXPECT_EQ(without_rotation("log-7"), "log-7");
  EXPECT_EQ(without_rotation(""), "");
}

TEST(RotatedSet, IsOldestFirst) {
  EXPECT_EQ(rotated_set("history.log",
                        {"history.log", "history.log.10.gz", "history.log.2.gz", "history.log.1",
                         "history.log.3.xz", "term.log", "history.log.1.swp"}),
            (Names{"history.log.10.gz", "history.log.3.xz", "history.log.2.gz", "history.log.1",
                   "history.log"}));
  EXPECT_EQ(rotated_set("dnf.log", {"dnf.log", "dnf.log-20240301", "dnf.log-20240101.gz",
                                    "dnf.rpm.log", "dnf.log-20231201.xz"}),
            (Names{"dnf.log-20231201.xz", "dnf.log-20240101.gz", "dnf.log-20240301", "dnf.log"}));
  EXPECT_EQ(rotated_set("dpkg.log.1", {"dpkg.log", "dpkg.log.1"}),
            (Names{"dpkg.log.1", "dpkg.log"}));
}

TEST(RotatedSet, FileBothPackedAndPlainCountsOnce) {
  EXPECT_EQ(rotated_set("a.log", {"a.log.1.gz", "a.log.1", "a.log"}), (Names{"a.log.1", "a.log"}));
}

TEST(SourceName, IsTheHostForStandardPathsElseThePath) {
  EXPECT_EQ(source_name(Format::apt, "/var/log/apt/history.log", "duck"), "duck");
  EXPECT_EQ(source_name(Format::apt, "/var/log/apt/history.log.3.gz", "duck"), "duck");
  EXPECT_EQ(source_name(Format::dpkg, "/var/log/apt/history.log", "duck"),
            "/var/log/apt/history.log");
  EXPECT_EQ(source_name(Format::apt, "/backup/pond/history.log.2.xz", "duck"),
            "/backup/pond/history.log");
  EXPECT_EQ(source_name(Format::ninja, "/home/ada/a/build/.ninja_log", "duck"),
            "/home/ada/a/build/.ninja_log");
}

}  // namespace
}  // namespace shelduck::interop::logs
