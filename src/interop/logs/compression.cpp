// The unpacking half of byte_source.hpp, so that zlib and liblzma stay in one file.
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/logs/byte_source.hpp"

namespace shelduck::interop::logs {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kUnpackedBytes = 65536;
constexpr std::uint64_t kXzMemoryBytesMax = 256U << 20U;  // xz -9 needs 65 MiB to unpack

// Packed input with a look at its front.
class PackedInput {
 public:
  explicit PackedInput(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  // The next bytes that were not consumed; empty at the end.
  std::span<char> front() {
    if (begin_ == end_) {
      begin_ = 0;
      end_ = source_->read(buffer_);
    }
    return {buffer_.data() + begin_, end_ - begin_};
  }

  // As front(), but of at least `count` bytes where there are so many.
  std::span<char> front_of(std::size_t count) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    while (end_ < count) {
      const std::size_t got =
          source_->read(std::span<char>{buffer_}.subspan(end_, buffer_.size() - end_));
      if (got == 0) break;
      end_ += got;
    }
    return {buffer_.data(), end_};
  }

  void consume(std::size_t count) { begin_ += count; }

  [[nodiscard]] std::optional<std::string> damage() const { return source_->damage(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::array<char, kUnpackedBytes> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

bool starts_with(std::span<const char> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

constexpr std::string_view kGzipMagic = "\x1f\x8b"sv;
constexpr std::string_view kXzMagic =
    "\xFD"
    "7zXZ\0"sv;

class PlainBytes final : public ByteSource {
 public:
  explicit PlainBytes(std::unique_ptr<PackedInput> input) : input_(std::move(input)) {}

  std::size_t read(std::span<char> into) override {
    const std::span<char> front = input_->front();
    const std::size_t count = std::min(into.size(), front.size());
    if (count > 0) std::memcpy(into.data(), front.data(), count);
    input_->consume(count);
    return count;
  }

  [[nodiscard]] std::optional<std::string> damage() const override { return input_->damage(); }

 private:
  std::unique_ptr<PackedInput> input_;
};

class GzipBytes final : public ByteSource {
 public:
  explicit GzipBytes(std::unique_ptr<PackedInput> input) : input_(std::move(input)) {
    constexpr int kGzipWindow = 15 + 16;  // zlib: largest window, gzip header
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) {
      throw Error{ErrorKind::exhausted, "no memory to unpack a gzip file"};
    }
  }
  GzipBytes(const GzipBytes&) = delete;
  GzipBytes& operator=(const GzipBytes&) = delete;
  GzipBytes(GzipBytes&&) = delete;
  GzipBytes& operator=(GzipBytes&&) = delete;
  ~GzipBytes() override { inflateEnd(&stream_); }

  std::size_t read(std::span<char> into) override {
    const std::size_t room = std::min(into.size(), kUnpackedBytes);
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    stream_.avail_out = static_cast<uInt>(room);
    while (!done_ && stream_.avail_out == room) step();
    return room - stream_.avail_out;
  }

  [[nodiscard]] std::optional<std::string> damage() const override { return damage_; }

 private:
  void step() {
    const std::span<char> front = input_->front();
    if (front.empty()) return stop("the gzip data ends too early");
    stream_.next_in = reinterpret_cast<Bytef*>(front.data());
    stream_.avail_in = static_cast<uInt>(front.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    input_->consume(front.size() - stream_.avail_in);
    if (result == Z_STREAM_END) return next_member();
    if (result != Z_OK) {
      stop("the gzip data is damaged: " + std::string(stream_.msg ? stream_.msg : "no progress"));
    }
  }

  // gzip allows several members after each other, and padding with zeros.
  void next_member() {
    std::span<char> front = input_->front_of(kGzipMagic.size());
    while (!front.empty() && front.front() == '\0') {
      input_->consume(1);
      front = input_->front_of(kGzipMagic.size());
    }
    if (front.empty()) {
      done_ = true;
    } else if (starts_with(front, kGzipMagic)) {
      inflateReset(&stream_);
    } else {
      stop("bytes that are no gzip follow the gzip data");
    }
  }

  void stop(std::string reason) {
    done_ = true;
    damage_ = std::move(reason);
  }

  std::unique_ptr<PackedInput> input_;
  z_stream stream_{};
  bool done_ = false;
  std::optional<std::string> damage_;
};

class XzBytes final : public ByteSource {
 public:
  explicit XzBytes(std::unique_ptr<PackedInput> input) : input_(std::move(input)) {
    if (lzma_stream_decoder(&stream_, kXzMemoryBytesMax, LZMA_CONCATENATED) != LZMA_OK) {
      throw Error{ErrorKind::exhausted, "no memory to unpack an xz file"};
    }
  }
  XzBytes(const XzBytes&) = delete;
  XzBytes& operator=(const XzBytes&) = delete;
  XzBytes(XzBytes&&) = delete;
  XzBytes& operator=(XzBytes&&) = delete;
  ~XzBytes() override { lzma_end(&stream_); }

  std::size_t read(std::span<char> into) override {
    stream_.next_out = reinterpret_cast<std::uint8_t*>(into.data());
    stream_.avail_out = into.size();
    while (!done_ && stream_.avail_out == into.size()) step();
    return into.size() - stream_.avail_out;
  }

  [[nodiscard]] std::optional<std::string> damage() const override { return damage_; }

 private:
  void step() {
    const std::span<char> front = input_->front();
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(front.data());
    stream_.avail_in = front.size();
    const lzma_ret result = lzma_code(&stream_, front.empty() ? LZMA_FINISH : LZMA_RUN);
    input_->consume(front.size() - stream_.avail_in);
    if (result == LZMA_OK) return;
    done_ = true;
    if (result == LZMA_STREAM_END) return;
    if (result == LZMA_BUF_ERROR) {
      damage_ = "the xz data ends too early";
    } else if (result == LZMA_MEMLIMIT_ERROR) {
      damage_ = "the xz data needs more than 256 MiB of memory to unpack";
    } else {
      damage_ = "the xz data is damaged";
    }
  }

  std::unique_ptr<PackedInput> input_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool done_ = false;
  std::optional<std::string> damage_;
};

// A file that is packed in a way which is not read: nothing but a reason.
class UnreadableBytes final : public ByteSource {
 public:
  explicit UnreadableBytes(std::string reason) : reason_(std::move(reason)) {}
  std::size_t read(std::span<char>) override { return 0; }
  [[nodiscard]] std::optional<std::string> damage() const override { return reason_; }

 private:
  std::string reason_;
};

}  // namespace

std::unique_ptr<ByteSource> decompressed(std::unique_ptr<ByteSource> packed) {
  auto input = std::make_unique<PackedInput>(std::move(packed));
  const std::span<char> front = input->front_of(kXzMagic.size());
  if (starts_with(front, kGzipMagic)) return std::make_unique<GzipBytes>(std::move(input));
  if (starts_with(front, kXzMagic)) return std::make_unique<XzBytes>(std::move(input));
  if (starts_with(front, "\x28\xB5\x2F\xFD"sv)) {
    return std::make_unique<UnreadableBytes>("the file is packed with zstd: unpack it first");
  }
  if (starts_with(front, "BZh"sv)) {
    return std::make_unique<UnreadableBytes>("the file is packed with bzip2: unpack it first");
  }
  return std::make_unique<PlainBytes>(std::move(input));
}

}  // namespace shelduck::interop::logs
