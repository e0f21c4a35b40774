// FactTable holds something about each of many facts: a body of readings says a thousand of them,
// and a piece of memory for each would cost more than judging it.
//
//   FactTable<std::string> known;
//   known[fact] = "21.5";
//   if (const std::string* said = known.find(fact)) ...   // until the table is changed
//
//   pending.renew(fact) = "21.5";   // the last one now, wherever it stood
//   pending.drop_first(1000);       // in the order in which they came
//
// What is held stands in a row, in the order in which it came. Beside it is a table of marks, eight
// bytes for each place, which says where in the row: small enough for a processor's own memory, so
// that a fact that nobody said, as most that are asked about, costs no look at the row.
// Threads: as a container of the library.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "shelduck/core/uuid.hpp"

namespace shelduck::store {

// Said once of one id: a run's start, its end, what a reading says.
struct Fact {
  std::uint16_t kind = 0;  // the domain's
  Uuid id;

  auto operator<=>(const Fact&) const = default;
  // A reading of a body is looked for several times: as one comparison of memory.
  bool operator==(const Fact& other) const noexcept {
    return kind == other.kind && id.bytes == other.id.bytes;
  }
};

template <class Value>
class FactTable {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  // Null where nothing is known of it.
  [[nodiscard]] const Value* find(const Fact& fact) const {
    if (places_.empty()) return nullptr;
    const Place& place = places_[place_of(fact, mark_of(fact))];
    return is_free(place) ? nullptr : &row_[in_row(place)].value;
  }
  [[nodiscard]] bool contains(const Fact& fact) const { return find(fact) != nullptr; }

  // Made where there is none.
  Value& operator[](const Fact& fact) {
    Place& place = taken_place(fact);
    if (place.number == next_number()) row_.push_back({fact, Value{}});
    return row_[in_row(place)].value;
  }

  // Made, in place of one that was there.
  Value& renew(const Fact& fact) {
    taken_place(fact).number = next_number();
    row_.push_back({fact, Value{}});
    return row_.back().value;
  }

  // Of those that came first so many are no more, but for what was renewed since.
  void drop_first(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      Held& held = row_[gone_++];
      drop(mark_of(held.fact), first_ + static_cast<std::uint32_t>(gone_ - 1));
      held.value = Value{};
    }
    if (gone_ == row_.size()) return clear();
    if (2 * gone_ < row_.size()) return;
    row_.erase(row_.begin(), row_.begin() + static_cast<std::ptrdiff_t>(gone_));
    first_ += static_cast<std::uint32_t>(gone_);
    gone_ = 0;
  }

  // Those of `other` that are not here.
  void merge(FactTable other) {
    if (empty()) return std::swap(*this, other);
    reserve(size_ + other.size_);
    for (const Place& place : other.places_) {
      if (is_free(place)) continue;
      Held& held = other.row_[other.in_row(place)];
      if (!contains(held.fact)) (*this)[held.fact] = std::move(held.value);
    }
  }

  void reserve(std::size_t size) {
    if (row_.empty()) row_.reserve(size);
    reserve_places(size);
  }

  // Gives its memory back.
  void clear() { *this = FactTable{}; }

 private:
  static constexpr std::size_t kFewestPlaces = 16;

  struct Held {
    Fact fact;
    Value value;
  };
  // `number` counts what ever came, and wraps around.
  struct Place {
    std::uint32_t mark = 0;  // of a fact, never 0
    std::uint32_t number = 0;
  };

  // Numbers that follow each other, as the seconds of readings do, get marks far apart.
  [[nodiscard]] static std::uint32_t mark_of(const Fact& fact) {
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), fact.id.bytes.data(), fact.id.bytes.size());
    std::uint64_t mixed = (halves[0] ^ fact.kind) * 0x9e3779b97f4a7c15U;
    mixed ^= mixed >> 32U;
    mixed = (mixed ^ halves[1]) * 0xff51afd7ed558ccdU;
    mixed ^= mixed >> 32U;
    return static_cast<std::uint32_t>(mixed * 0x9e3779b97f4a7c15U >> 32U) | 1U;
  }
  [[nodiscard]] static bool is_free(const Place& place) { return place.mark == 0; }
  [[nodiscard]] std::uint32_t next_number() const {
    return first_ + static_cast<std::uint32_t>(row_.size());
  }
  [[nodiscard]] std::size_t in_row(const Place& place) const {
    return static_cast<std::uint32_t>(place.number - first_);
  }

  // A mark stands in its own place or in the next free one.
  [[nodiscard]] std::size_t own_place(std::uint32_t mark) const {
    return (mark >> 1U) & (places_.size() - 1);
  }
  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & (places_.size() - 1); }
  [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const {
    return (to - from) & (places_.size() - 1);
  }
  // Where it stands, or would.
  [[nodiscard]] std::size_t place_of(const Fact& fact, std::uint32_t mark) const {
    std::size_t at = own_place(mark);
    while (!is_free(places_[at]) &&
           (places_[at].mark != mark || !(row_[in_row(places_[at])].fact == fact))) {
      at = next(at);
    }
    return at;
  }

  // With the number of the next one where the fact is new.
  Place& taken_place(const Fact& fact) {
    reserve_places(size_ + 1);
    const std::uint32_t mark = mark_of(fact);
    Place& place = places_[place_of(fact, mark)];
    if (is_free(place)) {
      place = {.mark = mark, .number = next_number()};
      ++size_;
    }
    return place;
  }

  // Not where it was renewed: then its place has another number.
  void drop(std::uint32_t mark, std::uint32_t number) {
    std::size_t free = own_place(mark);
    while (places_[free].mark != mark || places_[free].number != number) {
      if (is_free(places_[free])) return;
      free = next(free);
    }
    // Those behind it that could stand in the free place move up, so that none is missed.
    for (std::size_t at = next(free); !is_free(places_[at]); at = next(at)) {
      if (distance(own_place(places_[at].mark), at) < distance(free, at)) continue;
      places_[free] = places_[at];
      free = at;
    }
    places_[free] = Place{};
    --size_;
  }

  // Three eighths of the places or more are free.
  void reserve_places(std::size_t size) {
    std::size_t count = places_.empty() ? kFewestPlaces : places_.size();
    while (size * 8 > count * 5) count *= 2;
    if (count == places_.size()) return;
    const std::vector<Place> old = std::exchange(places_, std::vector<Place>(count));
    for (const Place& place : old) {
      if (is_free(place)) continue;
      std::size_t at = own_place(place.mark);
      while (!is_free(places_[at])) at = next(at);
      places_[at] = place;
    }
  }

  std::vector<Held> row_;
  std::vector<Place> places_;  // a power of two
  std::size_t size_ = 0;
  std::size_t gone_ = 0;     // of the row
  std::uint32_t first_ = 0;  // the number of the row's first
};

}  // namespace shelduck::store
