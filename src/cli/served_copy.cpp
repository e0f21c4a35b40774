#include "shelduck/cli/served_copy.hpp"

#include <unistd.h>

#include <utility>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

// Is gone with its object, unless it became somebody else's.
class PartialCopy {
 public:
  explicit PartialCopy(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~PartialCopy() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  PartialCopy(const PartialCopy&) = delete;
  PartialCopy& operator=(const PartialCopy&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] std::filesystem::path release() { return std::exchange(folder_, {}); }

 private:
  std::filesystem::path folder_;
};

Error lost_on_the_way() {
  return Error{ErrorKind::io,
               "output incomplete: the copy was made, but the connection was lost before it came",
               {.hint = "make the backup again"}};
}

}  // namespace

std::filesystem::path fetch_copy(const Served& served, const Request& request,
                                 const store::BackupPlace& place) {
  PartialCopy partial{place.make_folder_beside()};
  const Recipient recipient{.out = [](std::string_view text) { write_all(STDOUT_FILENO, text); },
                            .folder = partial.folder()};
  const delegation::Outcome outcome = answer_by_server(served, request, recipient);
  if (outcome.exit_code == 0) return partial.release();
  if (outcome.exit_code || !outcome.is_ordered) throw NoCopy{outcome.exit_code};
  const std::optional<int> code = ask_for_outcome(request, recipient);
  if (!code) throw outcome_unknown();
  if (*code != 0) throw NoCopy{code};
  throw lost_on_the_way();
}

}  // namespace shelduck::cli
