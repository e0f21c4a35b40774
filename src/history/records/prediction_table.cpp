#include "shelduck/history/records/prediction_table.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/history/records/record.hpp"

namespace shelduck::history {
namespace {

constexpr std::string_view kMagic = "SHDPRED1";
constexpr std::size_t kHashBytes = 8;

// PredictionRow as a record; the samples are text of eight-byte doubles.
struct StoredRow {
  std::string plugin_name;
  Phase phase = Phase::execute;
  std::int64_t n = 0;
  std::string model;
  double level = 0;
  double point_seconds = 0;
  std::optional<double> lower_seconds;
  std::optional<double> upper_seconds;
  std::string samples;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.plugin_name), visit(2, r.phase), visit(3, r.n), visit(4, r.model);
    visit(5, r.level), visit(6, r.point_seconds), visit(7, r.lower_seconds);
    visit(8, r.upper_seconds), visit(9, r.samples);
  }
};

StoredRow to_stored(const PredictionRow& row) {
  StoredRow stored{row.plugin_name,   row.phase,         row.n,
                   row.model,         row.level,         row.point_seconds,
                   row.lower_seconds, row.upper_seconds, {}};
  stored.samples.resize(row.samples.size() * sizeof(double));
  if (row.samples.empty()) return stored;  // memcpy takes no null pointer, not even for 0 bytes
  std::memcpy(stored.samples.data(), row.samples.data(), stored.samples.size());
  return stored;
}

PredictionRow from_stored(const StoredRow& stored) {
  PredictionRow row{stored.plugin_name,   stored.phase,         stored.n,
                    stored.model,         stored.level,         stored.point_seconds,
                    stored.lower_seconds, stored.upper_seconds, {}};
  row.samples.resize(stored.samples.size() / sizeof(double));
  if (row.samples.empty()) return row;
  std::memcpy(row.samples.data(), stored.samples.data(), row.samples.size() * sizeof(double));
  return row;
}

std::string hash_bytes(std::string_view body) {
  const std::int64_t hash = content_hash(body);
  std::string bytes(kHashBytes, '\0');
  std::memcpy(bytes.data(), &hash, kHashBytes);
  return bytes;
}

}  // namespace

const PredictionRow* PredictionTable::find(std::string_view plugin_name, Phase phase) const {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const PredictionRow& row) {
    return row.plugin_name == plugin_name && row.phase == phase;
  });
  return found == rows.end() ? nullptr : &*found;
}

std::string encode(const PredictionTable& table) {
  FieldWriter body;
  for (const PredictionRow& row : table.rows) body.write(1, encode(to_stored(row)));
  const std::string bytes = body.take();
  return std::string(kMagic) + hash_bytes(bytes) + bytes;
}

std::optional<PredictionTable> decode_prediction_table(std::string_view bytes) {
  if (!bytes.starts_with(kMagic) || bytes.size() < kMagic.size() + kHashBytes) return std::nullopt;
  const std::string_view hash = bytes.substr(kMagic.size(), kHashBytes);
  const std::string_view body = bytes.substr(kMagic.size() + kHashBytes);
  if (hash != hash_bytes(body)) return std::nullopt;
  try {
    PredictionTable table;
    FieldReader reader{body};
    while (const auto field = reader.next()) {
      table.rows.push_back(from_stored(decode<StoredRow>(field->bytes)));
    }
    return table;
  } catch (const Error&) {
    return std::nullopt;  // a newer layout under the same magic: treated as absent
  }
}

}  // namespace shelduck::history
