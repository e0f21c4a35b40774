#include "shelduck/http/coding.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "shelduck/core/error.hpp"

namespace shelduck::http {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib: the largest window, with gzip's head and end
constexpr int kFastLevel = 1;

Bytef* input_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT: zlib only reads it
}

class Inflater {
 public:
  explicit Inflater(std::string_view coded) {
    stream_.next_in = input_of(coded);
    stream_.avail_in = static_cast<uInt>(coded.size());
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) {
      throw Error{ErrorKind::exhausted, "no memory to decode a body"};
    }
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // The next piece; empty at the end of everything. Members that follow one another are one body.
  std::string_view next() {
    while (true) {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      const int outcome = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t made = buffer_.size() - stream_.avail_out;
      if (outcome == Z_STREAM_END) {
        is_ended_ = stream_.avail_in == 0;
        if (!is_ended_ && inflateReset(&stream_) != Z_OK) throw broken();
      } else if (outcome != Z_OK || (made == 0 && stream_.avail_in == 0)) {
        throw broken();
      }
      if (made > 0 || is_ended_) return {buffer_.data(), made};
    }
  }
  [[nodiscard]] bool is_ended() const { return is_ended_; }

 private:
  static Refusal broken() {
    return Refusal{
        400, "a gzip body is whole", {.field = "body", .rule = "gzip from beginning to end"}};
  }

  z_stream stream_{};
  std::array<char, 16'384> buffer_{};
  bool is_ended_ = false;
};

}  // namespace

std::string gunzip(std::string_view coded, const DecodingLimits& limits) {
  const std::size_t most =
      std::min(limits.bytes, std::max(limits.ratio_free, limits.ratio * coded.size()));
  std::string plain;
  Inflater inflater{coded};
  while (!inflater.is_ended()) {
    plain += inflater.next();
    if (plain.size() > most) {
      const std::string rule = "a body of at most " + std::to_string(limits.bytes) + " bytes and " +
                               std::to_string(limits.ratio) + " times its coded size";
      throw Refusal{413, rule, {.field = "body", .rule = rule}};
    }
  }
  return plain;
}

std::string gzip(std::string_view plain) {
  z_stream stream{};
  if (deflateInit2(&stream, kFastLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error{ErrorKind::exhausted, "no memory to code a body"};
  }
  std::string coded(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = input_of(plain);
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(coded.data());
  stream.avail_out = static_cast<uInt>(coded.size());
  deflate(&stream, Z_FINISH);
  coded.resize(stream.total_out);
  deflateEnd(&stream);
  return coded;
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    std::string_view word = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(word.size() + 1, accept_encoding.size()));
    word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
    const std::string_view name = word.substr(0, word.find_first_of("; "));
    if (name != "gzip" && name != "*") continue;
    const std::size_t weight = word.find("q=");
    if (weight == std::string_view::npos) return true;
    return word.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

}  // namespace shelduck::http
