#include "shelduck/cli/measured_bytes.hpp"

#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "shelduck/interop/csv_rows.hpp"
#include "shelduck/interop/logs/byte_source.hpp"

namespace shelduck::cli {
namespace {

using interop::logs::ByteSource;

class MeasuredBytes final : public ByteSource {
 public:
  // `count` is that of the rows that own these bytes.
  MeasuredBytes(std::unique_ptr<ByteSource> bytes, std::uint64_t& count)
      : bytes_(std::move(bytes)), count_(count) {}

  std::size_t read(std::span<char> into) override {
    const std::size_t got = bytes_->read(into);
    count_ += got;
    return got;
  }
  [[nodiscard]] std::optional<std::string> damage() const override { return bytes_->damage(); }

 private:
  std::unique_ptr<ByteSource> bytes_;
  std::uint64_t& count_;
};

std::optional<std::uint64_t> size_of_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
  const std::uintmax_t size = std::filesystem::file_size(path, ignored);
  return ignored ? std::nullopt : std::optional<std::uint64_t>{size};
}

class MeasuredCsv final : public interop::TextRows {
 public:
  MeasuredCsv(const std::filesystem::path& path, std::string name)
      : total_(size_of_file(path)),
        rows_(interop::logs::decompressed(
                  std::make_unique<MeasuredBytes>(interop::logs::open_file(path.string()), count_)),
              std::move(name)) {}
  MeasuredCsv(const MeasuredCsv&) = delete;
  MeasuredCsv& operator=(const MeasuredCsv&) = delete;
  MeasuredCsv(MeasuredCsv&&) = delete;
  MeasuredCsv& operator=(MeasuredCsv&&) = delete;
  ~MeasuredCsv() override = default;

  const interop::TextRow* next() override { return rows_.next(); }
  [[nodiscard]] const std::string& name() const noexcept override { return rows_.name(); }
  [[nodiscard]] interop::RowPlace place() const noexcept override { return rows_.place(); }
  [[nodiscard]] std::optional<interop::ReadSoFar> read_so_far() const noexcept override {
    if (!total_) return std::nullopt;
    return interop::ReadSoFar{.done = count_, .total = *total_};
  }

 private:
  std::uint64_t count_ = 0;
  std::optional<std::uint64_t> total_;
  interop::CsvRows rows_;
};

}  // namespace

std::unique_ptr<interop::TextRows> measured_csv(const std::filesystem::path& path,
                                                std::string name) {
  return std::make_unique<MeasuredCsv>(path, std::move(name));
}

}  // namespace shelduck::cli
