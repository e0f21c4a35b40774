#include "shelduck/front/watched_files.hpp"

#include <utility>

namespace shelduck::front {
namespace {

class WatchedFile final : public journal::File {
 public:
  WatchedFile(std::unique_ptr<journal::File> real, const std::function<void()>& frames_written)
      : real_(std::move(real)), frames_written_(frames_written) {}

  std::size_t read_at(std::uint64_t offset, std::span<char> into) override {
    return real_->read_at(offset, into);
  }
  void write_at(std::uint64_t offset, std::string_view bytes) override {
    real_->write_at(offset, bytes);
    frames_ = frames_ || offset > 0;  // a segment's header stands at 0, frames behind it
  }
  void sync_data() override {
    if (frames_) frames_written_();
    real_->sync_data();
  }
  bool try_lock() override { return real_->try_lock(); }
  void unlock() override { real_->unlock(); }
  journal::FileStatus status() override { return real_->status(); }

 private:
  std::unique_ptr<journal::File> real_;
  const std::function<void()>& frames_written_;  // of the WatchedFiles, which outlives its files
  bool frames_ = false;
};

}  // namespace

WatchedFiles::WatchedFiles(std::function<void()> frames_written)
    : frames_written_(std::move(frames_written)) {}

std::unique_ptr<journal::File> WatchedFiles::open(const std::string& path, journal::Access access) {
  auto file = real_.open(path, access);
  if (!file || access == journal::Access::read) return file;
  return std::make_unique<WatchedFile>(std::move(file), frames_written_);
}

std::unique_ptr<journal::File> WatchedFiles::create(const std::string& path) {
  auto file = real_.create(path);
  if (!file) return nullptr;
  return std::make_unique<WatchedFile>(std::move(file), frames_written_);
}

std::optional<journal::FileStatus> WatchedFiles::status(const std::string& path) {
  return real_.status(path);
}
void WatchedFiles::rename(const std::string& from, const std::string& to) {
  real_.rename(from, to);
}
bool WatchedFiles::rename_new(const std::string& from, const std::string& to) {
  return real_.rename_new(from, to);
}
bool WatchedFiles::remove(const std::string& path) { return real_.remove(path); }
std::vector<std::string> WatchedFiles::list(const std::string& directory) {
  return real_.list(directory);
}
bool WatchedFiles::make_directory(const std::string& path) { return real_.make_directory(path); }
void WatchedFiles::sync_directory(const std::string& path) { real_.sync_directory(path); }
std::uint64_t WatchedFiles::free_bytes(const std::string& path) { return real_.free_bytes(path); }
std::int64_t WatchedFiles::process_id() { return real_.process_id(); }

}  // namespace shelduck::front
