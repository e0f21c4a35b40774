#include "shelduck/cli/cancel.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

TEST(CancelToken, ThrowsOnlyAfterItWasCancelled) {
  CancelToken token;
  EXPECT_NO_THROW(token.check());
  token.cancel();
  try {
    token.check();
    FAIL() << "check() must throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::cancelled);
  }
}

TEST(CancelToken, RunsAHookWithEveryCancelUntilTheHookIsGone) {
  CancelToken token;
  int runs = 0;
  {
    const CancelToken::Hook hook{token, [&] { ++runs; }};
    token.cancel();
    token.cancel();
  }
  token.cancel();
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace shelduck::cli
