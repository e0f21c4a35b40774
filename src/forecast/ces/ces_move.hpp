// How the states of complex exponential smoothing move with an error: equations of ces.hpp.
// Threads: pure, nothing allocated. Private to this room.
#pragma once

#include <cstddef>

#include "shelduck/forecast/ces/ces.hpp"

namespace shelduck::forecast {

inline std::size_t ces_weight_count(CesForm form) {
  switch (form) {
    case CesForm::none:
    case CesForm::simple:
      return 2;
    case CesForm::partial:
      return 3;
    case CesForm::full:
      break;
  }
  return 4;
}

// How many numbers of the start the values determine: level, potential and, of a season, the phases
// but one, which the level knows.
inline std::size_t ces_start_count(CesForm form, std::size_t period) {
  return form == CesForm::none ? 2 : 1 + period;
}

struct CesTurn {
  double real;
  double imaginary;
};

inline CesTurn level_turn(const CesWeights& w) { return {.real = w.a0, .imaginary = w.a1}; }
inline CesTurn season_turn(const CesWeights& w) { return {.real = w.b0, .imaginary = w.b1}; }

inline void turn_pair(CesPair& pair, const CesTurn& by, double error) {
  const double level =
      pair.level - (1 - by.imaginary) * pair.potential + (by.real - by.imaginary) * error;
  pair.potential = pair.level + (1 - by.real) * pair.potential + (by.real + by.imaginary) * error;
  pair.level = level;
}

inline void learn_level(CesForm form, const CesWeights& w, CesPair& level, double error) {
  if (form != CesForm::simple) {
    turn_pair(level, level_turn(w), error);
  }
}

inline void learn_season(CesForm form, const CesWeights& w, CesPair& season, double error) {
  switch (form) {
    case CesForm::none:
      return;
    case CesForm::simple:
      return turn_pair(season, level_turn(w), error);
    case CesForm::partial:
      season.level += w.b0 * error;
      return;
    case CesForm::full:
      return turn_pair(season, season_turn(w), error);
  }
}

// Takes a value in; its error.
inline double ces_step(CesForm form, const CesWeights& w, CesState& state, std::size_t phase,
                       double value) {
  CesPair& season = state.season[phase];
  const double error = value - (state.level.level + season.level);
  learn_level(form, w, state.level, error);
  learn_season(form, w, season, error);
  return error;
}

}  // namespace shelduck::forecast
