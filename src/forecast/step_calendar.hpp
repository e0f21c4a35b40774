// StepCalendar is when equal steps take place: what a model that asks the calendar needs to know.
//
//   const StepCalendar daily{.first = 1'767'225'600, .step = 86'400, .steps = 900};
//   daily.columns_of(31)          // {6, 1, 2}: Sunday, the first of February 2026
//   daily.from(31).columns_of(0)  // the same
//   const StepCalendar quarterly{.first = 1'767'225'600, .months = 3, .steps = 40};
//
// Columns, each where steps are shorter than what it goes round in, and `steps` of them, the
// history that is to tell what it does, go round twice:
//   hour           with fractions, 0 to 24
//   weekday        0 (Monday) to 6
//   day of month   from 1
//   month          from 1; alone where steps are months
// (No day of the year: on four years of days it cost lightgbm 2 % more than the month.)
// Times are read as they are, in UTC where they are instants. The calendar goes round in 400 years
// of whole weeks, so any number of steps has its columns. Plain data; threads: pure. Failure:
// check() throws Error invalid_input for a first time beyond kTimeMax, and a step that is negative,
// not finite or longer than that.
#pragma once

#include <cstddef>
#include <vector>

namespace shelduck::forecast {

struct StepCalendar {
  double first = 0;        // seconds since the Unix epoch
  double step = 0;         // seconds; 0: in months, or not known
  std::size_t months = 0;  // at most kMonthsMax
  std::size_t steps = 0;
  static constexpr std::size_t kMonthsMax = 120'000;

  [[nodiscard]] StepCalendar from(std::size_t steps_later) const;
  // None where nothing is known.
  [[nodiscard]] std::vector<double> columns_of(std::size_t step_number) const;
  [[nodiscard]] std::size_t columns() const { return columns_of(0).size(); }

  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("first", m.first), visit("step", m.step), visit("months", m.months),
        visit("steps", m.steps);
  }

 private:
  [[nodiscard]] bool goes_round(double seconds) const;
};

void check(const StepCalendar& calendar);

}  // namespace shelduck::forecast
