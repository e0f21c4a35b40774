#include "shelduck/server/patient_feed.hpp"

#include <chrono>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::server {
namespace {

constexpr std::size_t kPieceBytes = 65'536;
constexpr std::size_t kWaitingBytes = 4 * kPieceBytes;
// Between two looks whether the connection is still there.
constexpr std::chrono::milliseconds kLook{100};

}  // namespace

PatientFeed::PatientFeed() : given_(std::make_shared<http::Feed>(kWaitingBytes)), feed_(given_) {
  given_->on_drained([bell = bell_] {
    {
      const std::scoped_lock lock{bell->mutex};
      bell->has_rung = true;
    }
    bell->rings.notify_one();
  });
}

PatientFeed::~PatientFeed() {
  if (const auto feed = feed_.lock()) feed->break_off();
}

void PatientFeed::write(std::string_view text) {
  while (!text.empty()) {
    const auto piece = std::make_shared<const std::string>(text.substr(0, kPieceBytes));
    text.remove_prefix(piece->size());
    while (true) {
      const auto feed = feed_.lock();
      const auto outcome = feed ? feed->add(piece) : http::Feed::Outcome::ended;
      if (outcome == http::Feed::Outcome::taken) break;
      if (outcome == http::Feed::Outcome::ended) {
        throw Error{ErrorKind::cancelled, "nobody takes this answer any more"};
      }
      std::unique_lock lock{bell_->mutex};
      bell_->rings.wait_for(lock, kLook, [this] { return std::exchange(bell_->has_rung, false); });
    }
  }
}

void PatientFeed::end() {
  if (const auto feed = feed_.lock()) feed->end();
}

}  // namespace shelduck::server
