#include "shelduck/forecast/lightgbm/lightgbm_library.hpp"

#include <dlfcn.h>

#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr const char* kLightgbmFile = "lib_lightgbm.so";

Error not_usable(const std::string& reason) {
  return Error{ErrorKind::io,
               "the model lightgbm cannot be used, since its library is not there: " + reason,
               {.field = "model",
                .value = "lightgbm",
                .rule = "needs lib_lightgbm.so and libgomp.so.1",
                .hint = "`make setup` fetches it, `make install` lays it beside libduckdb.so; "
                        "libgomp.so.1 is in the package libgomp1"}};
}

std::string loader_words() {
  const char* words = dlerror();  // NOLINT(concurrency-mt-unsafe): of the thread, in this C library
  return words == nullptr ? "no reason given" : words;
}

template <class Function>
void look_up(void* library, const char* name, Function*& function) {
  void* found = dlsym(library, name);
  if (found == nullptr) throw not_usable(loader_words());
  function = reinterpret_cast<Function*>(found);
}

LightgbmLibrary loaded() {
  void* library = dlopen(kLightgbmFile, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw not_usable(loader_words());
  LightgbmLibrary result{};
  look_up(library, "LGBM_GetLastError", result.last_error);
  look_up(library, "LGBM_SetMaxThreads", result.set_max_threads);
  look_up(library, "LGBM_DatasetCreateFromMat", result.dataset_from_matrix);
  look_up(library, "LGBM_DatasetSetField", result.dataset_set_field);
  look_up(library, "LGBM_DatasetFree", result.dataset_free);
  look_up(library, "LGBM_BoosterCreate", result.booster_create);
  look_up(library, "LGBM_BoosterLoadModelFromString", result.booster_from_text);
  look_up(library, "LGBM_BoosterFree", result.booster_free);
  look_up(library, "LGBM_BoosterGetNumFeature", result.booster_columns);
  look_up(library, "LGBM_BoosterUpdateOneIter", result.booster_update);
  look_up(library, "LGBM_BoosterSaveModelToString", result.booster_to_text);
  look_up(library, "LGBM_BoosterPredictForMatSingleRowFastInit", result.predictor_create);
  look_up(library, "LGBM_BoosterPredictForMatSingleRowFast", result.predictor_predict);
  look_up(library, "LGBM_FastConfigFree", result.predictor_free);
  result.check(result.set_max_threads(1), "limit its threads");
  return result;
}

}  // namespace

void LightgbmLibrary::check(int result, std::string_view what) const {
  if (result == 0) return;
  throw Error{ErrorKind::io, "LightGBM could not " + std::string{what} + ": " + last_error()};
}

const LightgbmLibrary& lightgbm_library() {
  // Stays loaded: its threads' own data would outlive it.
  static const LightgbmLibrary library = loaded();
  return library;
}

bool is_lightgbm_there() {
  try {
    static_cast<void>(lightgbm_library());
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace shelduck::forecast
