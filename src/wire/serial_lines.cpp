#include "shelduck/wire/serial_lines.hpp"

#include <algorithm>
#include <utility>

#include "shelduck/core/utf8.hpp"
#include "shelduck/wire/line_mapping.hpp"
#include "shelduck/wire/rules.hpp"
#include "shelduck/wire/serial_message.hpp"

namespace shelduck::wire {
namespace {

using sensors::Reading;
using sensors::Refusal;

// The first value that breaks its rule.
class ValueJudge {
 public:
  [[nodiscard]] std::int64_t judged(std::string_view field, const WholeRule& rule,
                                    std::string_view word) {
    const auto number = parse_whole(word);
    if ((!number || !rule.takes(*number)) && !refusal_) {
      refusal_ = Refusal{
          .field = std::string(field), .reason = needed(rule.words), .value = shortened(word)};
    }
    return number.value_or(0);
  }

  void refuse_node() {
    if (!refusal_) {
      refusal_ = Refusal{
          .field = "device_id", .reason = "0 is a device that the hub does not know", .value = "0"};
    }
  }

  [[nodiscard]] std::optional<Refusal> take() { return std::move(refusal_); }

 private:
  std::optional<Refusal> refusal_;
};

std::string values_text(const SerialMessage& message) {
  std::string text;
  for (const std::string_view value : message.values) text.append(value) += ' ';
  return text;
}

std::uint64_t hash_of(const std::set<std::string, std::less<>>& records, std::uint64_t count) {
  std::string text = std::to_string(count) + ':';
  for (const std::string& record : records) text += record;
  return label_address(text);
}

// Drops what was opened first where there are too many.
template <class Map, class Earlier>
void make_room(Map& map, Earlier earlier) {
  if (map.size() < SerialLines::kNodesMax) return;
  map.erase(std::min_element(map.begin(), map.end(), [&](const auto& a, const auto& b) {
    return earlier(a.second, b.second);
  }));
}

}  // namespace

std::string acknowledgement(const BatchEnd& end, bool is_durable) {
  return "BATCH_ACK " + std::to_string(end.address) + ' ' + std::to_string(end.count) +
         (end.is_whole && is_durable ? " 0" : " 1");
}

std::vector<SerialEvent> SerialLines::feed(std::string_view line, std::int64_t now) {
  now_ = now;
  events_.clear();
  if (line.size() > kLineBytesMax) {
    tear(line.substr(0, kLineBytesMax), "a line is at most 1024 bytes long");
    return std::exchange(events_, {});
  }
  const auto messages = split_messages(line);
  if (messages.empty()) ++ignored_;
  for (const std::string_view text : messages) feed_message(text);
  return std::exchange(events_, {});
}

void SerialLines::feed_message(std::string_view text) {
  const auto message = parse_message(text);
  if (message && is_doubled_end(*message)) {
    events_.emplace_back(ended_->end);
    return;
  }
  ended_.reset();
  if (!message) return tear(text, "the message is torn");
  switch (message->kind) {
    case SerialKind::batch:
      return begin_batch(*message, text);
    case SerialKind::record:
      return take_record(*message, text);
    case SerialKind::complete:
      return end_batch(*message);
    case SerialKind::half:
      return take_half(*message, text);
  }
}

void SerialLines::begin_batch(const SerialMessage& message, std::string_view text) {
  const auto count = parse_address(message.values[0]);
  if (!count || *count > kRecordsMax) return tear(text, "a batch has at most 1000 records");
  batches_.erase(message.address);
  Batch& batch = open_batch(message.address);
  batch.device = message.device;
  batch.announced = count;
}

SerialLines::Batch& SerialLines::open_batch(std::uint64_t address) {
  make_room(batches_, [](const Batch& a, const Batch& b) { return a.opened < b.opened; });
  Batch& batch = batches_[address];
  batch.opened = ++opened_;
  return batch;
}

std::optional<std::uint64_t> SerialLines::node_of(const SerialMessage& message,
                                                  std::string_view text) {
  if (key_ == SerialKey::address) return message.address;
  if (!message.device) {
    tear(text, "the message names no device, only an address, as older hubs do: --key address");
  }
  return message.device;
}

void SerialLines::take_record(const SerialMessage& message, std::string_view text) {
  const auto node = node_of(message, text);
  if (!node) return;
  const bool is_new = !batches_.contains(message.address);
  Batch& batch = is_new ? open_batch(message.address) : batches_[message.address];
  if (is_new) batch.device = message.device;
  // A lost word makes the device a timestamp.
  if (batch.device != message.device) return tear(text, "the batch is another device's");
  if (batch.lines == kRecordsMax) return tear(text, "a batch has at most 1000 records");
  ++batch.lines;
  batch.records.insert(values_text(message));

  ValueJudge judge;
  if (!is_node(*node)) judge.refuse_node();
  SerialRow row{.source = valid_utf8(text)};
  row.reading = {
      .node_address = *node,
      .timestamp = judge.judged("timestamp", kTimestampRule, message.values[0]),
      .temperature_centidegrees = static_cast<std::int16_t>(
          judge.judged("temperature_raw", kTemperatureRule.raw, message.values[1])),
      .humidity_centipercent = static_cast<std::uint16_t>(
          judge.judged("humidity_raw", kHumidityRule.raw, message.values[2])),
      .flags = static_cast<std::uint8_t>(judge.judged("flags", kFlagsRule, message.values[3])),
      .received_at = now_};
  row.refusal = judge.take();
  if (row.refusal) {
    if (is_node(*node)) row.refusal->node_address = node;
    if (parse_whole(message.values[0]) && sensors::is_timestamp(row.reading.timestamp)) {
      row.refusal->timestamp = row.reading.timestamp;
    }
  }
  events_.emplace_back(std::move(row));
}

void SerialLines::end_batch(const SerialMessage& message) {
  const auto count = parse_address(message.values[0]);
  const auto found = batches_.extract(message.address);
  const Batch batch = found ? found.mapped() : Batch{.device = message.device};
  BatchEnd end{.address = message.address, .count = batch.records.size()};
  end.is_whole = count && batch.device == message.device &&
                 batch.announced.value_or(*count) == *count &&
                 is_whole(message.address, batch, *count);
  if (end.is_whole) end.count = *count;
  events_.emplace_back(end);
  ended_ = {end, message.device, std::string(message.values[0]), now_};
}

// Later it may be the end of another batch, of which nothing else was heard.
bool SerialLines::is_doubled_end(const SerialMessage& message) const {
  return ended_ && message.kind == SerialKind::complete && ended_->end.address == message.address &&
         ended_->device == message.device && ended_->count == message.values[0] &&
         now_ - ended_->at <= kHalfSeconds;
}

bool SerialLines::is_whole(std::uint64_t address, const Batch& batch, std::uint64_t count) {
  const bool has_twins = batch.records.size() < count && batch.lines == count;
  if (!has_twins) {
    twins_.erase(address);
    return batch.records.size() == count;
  }
  const std::uint64_t hash = hash_of(batch.records, count);
  const auto known = twins_.find(address);
  if (known != twins_.end() && known->second == hash) {
    twins_.erase(known);
    return true;
  }
  if (twins_.size() >= kNodesMax) twins_.clear();  // then one more resend each
  twins_[address] = hash;
  return false;
}

void SerialLines::take_half(const SerialMessage& message, std::string_view text) {
  const auto node = node_of(message, text);
  if (!node) return;
  const bool is_temperature = message.values[0] == "TEMP";
  ValueJudge judge;
  if (!is_node(*node)) judge.refuse_node();
  const std::int64_t value =
      is_temperature ? judge.judged("temperature_raw", kTemperatureRule.raw, message.values[1])
                     : judge.judged("humidity_raw", kHumidityRule.raw, message.values[1]);
  if (auto refusal = judge.take()) {
    if (is_node(*node)) refusal->node_address = node;
    events_.emplace_back(SerialRow{.refusal = std::move(refusal), .source = valid_utf8(text)});
    return;
  }
  Half half{is_temperature, value, now_, valid_utf8(text)};
  const auto held = halves_.extract(*node);
  if (held && join_halves(*node, held.mapped(), half)) return;
  make_room(halves_, [](const Half& a, const Half& b) { return a.at < b.at; });
  halves_.emplace(*node, std::move(half));
}

bool SerialLines::join_halves(std::uint64_t node, const Half& held, const Half& half) {
  const bool is_near = half.at - held.at <= kHalfSeconds;
  if (!is_near || held.is_temperature == half.is_temperature) {
    const bool is_doubled = is_near && held.value == half.value;
    if (!is_doubled) drop_half(node, held);
    return false;
  }
  const Half& temperature = half.is_temperature ? half : held;
  const Half& humidity = half.is_temperature ? held : half;
  events_.emplace_back(SerialRow{
      .reading = {.node_address = node,
                  .timestamp = half.at,
                  .temperature_centidegrees = static_cast<std::int16_t>(temperature.value),
                  .humidity_centipercent = static_cast<std::uint16_t>(humidity.value),
                  .received_at = half.at},
      .source = held.source + '\n' + half.source});
  return true;
}

void SerialLines::drop_half(std::uint64_t node, const Half& half) {
  Refusal refusal{.field = half.is_temperature ? "humidity_raw" : "temperature_raw",
                  .reason = "a value is needed within 10 seconds",
                  .node_address = node};
  events_.emplace_back(SerialRow{.refusal = std::move(refusal), .source = half.source});
}

void SerialLines::tear(std::string_view text, std::string_view reason) {
  events_.emplace_back(TornMessage{valid_utf8(text), std::string(reason)});
}

}  // namespace shelduck::wire
