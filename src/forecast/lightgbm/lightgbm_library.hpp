// LightGBM's own library, loaded when a model first asks for it: nobody else pays for it.
//
//   const LightgbmLibrary& library = lightgbm_library();
//   library.check(library.booster_update(booster, &is_finished), "update a model");
//
// It is looked for as the engine's library is: in the folders that the program was linked with
// (lib/shelduck below the prefix), then where the system looks. The declarations are those of
// c_api.h of LightGBM 4.7.0, which its wheel does not carry; all are in 3.3 and later as well.
// What LightGBM gives up at it writes to stderr too, whatever it is told; nothing else.
// Threads: any. Failure: Error io that says what to do where the library cannot be loaded, and one
// with LightGBM's own words where a call of it fails.
#pragma once

#include <cstdint>
#include <string_view>

namespace shelduck::forecast {

// DatasetHandle, BoosterHandle and FastConfigHandle of c_api.h.
using LightgbmHandle = void*;

struct LightgbmLibrary {
  const char* (*last_error)();
  int (*set_max_threads)(int);
  int (*dataset_from_matrix)(const void* entries, int type, std::int32_t rows, std::int32_t columns,
                             int is_row_major, const char* parameters, LightgbmHandle reference,
                             LightgbmHandle* out);
  int (*dataset_set_field)(LightgbmHandle, const char* name, const void* entries, int count,
                           int type);
  int (*dataset_free)(LightgbmHandle);
  int (*booster_create)(LightgbmHandle dataset, const char* parameters, LightgbmHandle* out);
  int (*booster_from_text)(const char* text, int* rounds, LightgbmHandle* out);
  int (*booster_free)(LightgbmHandle);
  int (*booster_columns)(LightgbmHandle, int* out);
  int (*booster_update)(LightgbmHandle, int* is_finished);
  int (*booster_to_text)(LightgbmHandle, int first, int count, int importance_type,
                         std::int64_t room, std::int64_t* length, char* out);
  int (*predictor_create)(LightgbmHandle booster, int what, int first, int count, int type,
                          std::int32_t columns, const char* parameters, LightgbmHandle* out);
  int (*predictor_predict)(LightgbmHandle, const void* row, std::int64_t* count, double* out);
  int (*predictor_free)(LightgbmHandle);

  // `result` of a call that was to do `what`.
  void check(int result, std::string_view what) const;
};

[[nodiscard]] const LightgbmLibrary& lightgbm_library();

// Whether it can be loaded.
[[nodiscard]] bool is_lightgbm_there();

}  // namespace shelduck::forecast
