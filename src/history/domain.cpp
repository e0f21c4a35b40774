#include "shelduck/history/domain.hpp"

#include <embedded/history_migrations.hpp>

#include "shelduck/history/applier.hpp"
#include "shelduck/history/interruption.hpp"
#include "shelduck/history/journal_types.hpp"
#include "shelduck/history/news.hpp"
#include "shelduck/history/recorded_facts.hpp"
#include "shelduck/history/staging.hpp"

namespace shelduck::history {
namespace {

using Severity = store::CheckRule::Severity;

std::vector<store::CheckRule> rules() {
  return {
      {"run_ids_are_unique", "SELECT run_id FROM runs GROUP BY run_id HAVING count(*) > 1",
       Severity::broken},
      {"execution_ids_are_unique",
       "SELECT execution_id FROM plugin_executions GROUP BY execution_id HAVING count(*) > 1",
       Severity::broken},
      {"step_ids_are_unique",
       "SELECT metric_id FROM step_metrics GROUP BY metric_id HAVING count(*) > 1",
       Severity::broken},
      {"estimate_ids_are_unique",
       "SELECT estimate_id FROM estimates GROUP BY estimate_id HAVING count(*) > 1",
       Severity::broken},
      {"forecast_ids_are_unique",
       "SELECT forecast_id FROM forecasts GROUP BY forecast_id HAVING count(*) > 1",
       Severity::broken},
      {"executions_have_their_run",
       "SELECT execution_id FROM plugin_executions WHERE run_id NOT IN (SELECT run_id FROM runs)",
       Severity::broken},
      {"steps_have_their_execution",
       "SELECT metric_id FROM step_metrics "
       "WHERE execution_id NOT IN (SELECT execution_id FROM plugin_executions)",
       Severity::broken},
      {"estimates_have_their_execution",
       "SELECT estimate_id FROM estimates "
       "WHERE execution_id NOT IN (SELECT execution_id FROM plugin_executions)",
       Severity::broken},
      {"statuses_are_words_of_the_contract",
       "SELECT status FROM (SELECT status FROM runs UNION ALL SELECT status FROM "
       "plugin_executions) "
       "WHERE status NOT IN ('pending', 'running', 'success', 'failed', 'skipped', 'timeout', "
       "'interrupted')",
       Severity::broken},
      {"covering_executions_exist",
       "SELECT execution_id FROM plugin_executions WHERE covered_by IS NOT NULL "
       "AND covered_by NOT IN (SELECT execution_id FROM plugin_executions)",
       Severity::broken},
      {"amounts_are_not_negative",
       "SELECT metric_id FROM step_metrics WHERE least(wall_clock_seconds, cpu_user_seconds, "
       "cpu_kernel_seconds, memory_peak_bytes, download_size_bytes) < 0",
       Severity::broken},
      {"placeholder_runs", "SELECT run_id FROM runs WHERE start_hash IS NULL", Severity::reported},
      {"placeholder_executions",
       "SELECT execution_id FROM plugin_executions WHERE start_hash IS NULL", Severity::reported},
      {"open_executions", "SELECT execution_id FROM open_executions", Severity::reported},
  };
}

// Segments are packed by the archive, and an overlay remembers whether its row had come: both say
// nothing about the content.
std::vector<store::TableDigest> digests() {
  return {{"open_executions", ""},
          {"field_updates", "SELECT entity, id, field, value, version FROM field_updates"}};
}

}  // namespace

store::Domain domain(const Presence& presence) {
  store::Domain domain{.name = "history"};
  for (const auto& [name, sql] : embedded::history_migrations) {
    domain.migrations.push_back(store::migration(name, sql));
  }
  domain.record_types = journal_types();
  domain.staging_sql = kStagingSql;
  domain.apply = apply;
  domain.segment_ended = [presence](store::Connection& connection, const Uuid& segment) {
    return interrupted_executions(connection, segment, presence.clock());
  };
  domain.caught_up = [presence](store::Connection& connection) {
    return interrupted_runs(connection, presence);
  };
  domain.event_types = event_types();
  domain.facts_finder = [] { return store::FindFacts{find_facts}; };
  domain.rules = rules();
  domain.digests = digests();
  return domain;
}

}  // namespace shelduck::history
