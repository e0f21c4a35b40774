// Recording is what a client wants written while a Service keeps the store open, and how its domain
// judges it: against what is applied, and what is written and not applied yet.
//
//   service.record({.claim = {.judged_by = {{kStarted, run}}, .judge = ...},
//                   .done = [](Said said) { said == Said::now ? 201 : 200 },
//                   .failed = [](const Error& error) { ... }});
//
// A fact is said once of one id: a run's start, its end. Its content is in the domain's words; the
// store only carries it from who says it to who is judged by it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/store/fact_table.hpp"
#include "shelduck/store/record.hpp"

namespace shelduck::store {

// What was said before; a fact that nobody said is not in it.
using KnownFacts = FactTable<std::string>;

struct SaidFact {
  Fact fact;
  std::string content;
};

struct Judgement {
  std::vector<Record> records;  // to be written; none: it was said before
  std::vector<SaidFact> says;   // what they say, for who is judged next
  std::optional<Error> refusal;
  // What is missing may stand where nobody has looked yet: the refusal is told only after a scan of
  // the whole journal that began after the claim came.
  bool may_come = false;
};

struct Claim {
  std::vector<Fact> judged_by;
  // Pure; called by the recording thread, perhaps twice. An Error that it throws is its refusal.
  std::function<Judgement(const KnownFacts&)> judge;
};

enum class Said { now, before };

// One of both is called, once, by a thread of the service; neither may block or throw.
struct Recording {
  Claim claim;
  std::function<void(Said)> done;  // durable, and in every question that is asked from now on
  std::function<void(const Error&)> failed;
};

}  // namespace shelduck::store
