#include "shelduck/store/check.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/backlog.hpp"
#include "shelduck/store/digest.hpp"
#include "shelduck/store/owner.hpp"
#include "shelduck/store/quarantine_desk.hpp"

namespace shelduck::store {

namespace {

using Severity = Finding::Severity;

constexpr std::int64_t kShownExceptions = 5;

// Rules over the store's own tables.
std::vector<CheckRule> store_rules() {
  return {
      {"one_position_per_segment",
       "SELECT segment FROM journal_position GROUP BY segment HAVING count(*) > 1"},
      {"one_apply_counter", "SELECT count(*) FROM apply_counter HAVING count(*) <> 1"},
      {"one_identity", "SELECT count(*) FROM store_identity HAVING count(*) <> 1"},
      {"one_quarantine_row_per_record",
       "SELECT id FROM quarantine GROUP BY id HAVING count(*) > 1"},
      {"dropped_records_are_gone",
       "SELECT q.id FROM quarantine AS q JOIN quarantine_dropped AS d ON d.id = q.id"},
      {"damaged_ranges", "SELECT reason FROM quarantine WHERE record_type = 0"},
  };
}

class Check {
 public:
  Check(detail::Owner& owner, const HeadwaySink& sink) : owner_(owner), sink_(sink) {}

  CheckReport run(Depth depth) {
    const ApplyReport applied = owner_.apply();
    if (applied.waiting > 0) add(Severity::reported, "waiting_records", "", applied.waiting);
    owner_.release_all_segments();
    read_tables();
    judge_rules();
    survey_journal();
    guard("readable_tables", "quarantine: ", [&] { count_quarantine(); });
    if (depth == Depth::deep) guard("rebuild_differs", "", [&] { compare_with_rebuild(); });
    return std::move(report_);
  }

 private:
  template <class Count>
  void add(Severity severity, std::string rule, std::string detail, Count count) {
    report_.findings.push_back(
        {severity, std::move(rule), std::move(detail), static_cast<std::int64_t>(count)});
  }

  // Damage of data blocks shows only when they are read: what cannot be looked at is damaged, and
  // the rest is looked at.
  template <class Look>
  void guard(const std::string& rule, const std::string& subject, const Look& look) {
    try {
      look();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::fatal) throw;
      add(Severity::damaged, rule, subject + error.what(), 1);
      if (owner_.session().database().is_poisoned()) owner_.session().reopen();
    }
  }

  void read_tables() {
    ++report_.rules;
    std::vector<std::string> tables;
    guard("readable_tables", "", [&] {
      tables = detail::digested_tables(owner_.session().connection(), owner_.domain());
    });
    PartOfWork part{sink_, "tables", tables.size()};
    for (const std::string& table : tables) {
      part.step();
      guard("readable_tables", table + ": ", [&] {
        tables_.push_back(
            detail::table_state(owner_.session().connection(), owner_.domain(), table));
      });
    }
  }

  void judge_rules() {
    std::vector<CheckRule> rules = store_rules();
    rules.insert(rules.end(), owner_.domain().rules.begin(), owner_.domain().rules.end());
    PartOfWork part{sink_, "rules", rules.size()};
    for (const CheckRule& rule : rules) {
      part.step();
      judge(rule);
    }
  }

  void judge(const CheckRule& rule) {
    ++report_.rules;
    guard(rule.name, "not checked: ", [&] { find_exceptions(rule); });
  }

  void find_exceptions(const CheckRule& rule) {
    const Result result =
        owner_.session().connection().query("SELECT count(*) OVER (), r.* FROM (" + rule.sql +
                                            ") AS r LIMIT " + std::to_string(kShownExceptions));
    std::int64_t count = 0;
    std::string shown;
    for (const Row row : result) {
      count = row.get<std::int64_t>(0);
      shown += (shown.empty() ? "" : ", ") + to_json(row.document(1));
    }
    if (count == 0) return;
    add(rule.severity == CheckRule::Severity::broken ? Severity::damaged : Severity::reported,
        rule.name, shown, count);
  }

  void survey_journal() {
    journal::BacklogOptions options;
    options.directory = owner_.journal_directory();
    options.reader = {owner_.journal_identity(), owner_.types()};
    options.include = journal::Include::archive_and_journal;
    journal::Backlog backlog{owner_.files(), std::move(options)};
    backlog.scan();
    const detail::Positions positions = owner_.session().positions();
    PartOfWork part{sink_, "segments", backlog.segments().size()};
    for (journal::SegmentReader* segment : backlog.segments()) {
      part.step();
      const auto position = positions.find(segment->file().id);
      survey(backlog, *segment, position == positions.end() ? 0 : position->second);
      segment->disown();
    }
  }

  void survey(journal::Backlog& backlog, journal::SegmentReader& segment, std::uint64_t applied) {
    ++report_.segments;
    ++report_.rules;
    const std::string id = to_string(segment.file().id);
    segment.seek(applied);
    const bool is_owned = backlog.try_own(segment);
    if (segment.ends_before_position()) {
      add(Severity::damaged, "position_beyond_segment", id, applied);
    }
    segment.seek(0);
    std::int64_t beyond = 0;
    while (const auto record = segment.next()) {
      ++report_.frames;
      if (record->sequence > applied) ++beyond;
    }
    if (segment.file().shelf == journal::Shelf::archive && beyond > 0) {
      add(Severity::damaged, "archived_and_not_applied", id, beyond);
    }
    for (const journal::DamagedRange& range : segment.damaged()) {
      add(Severity::damaged, "damaged_segment", id + " at offset " + std::to_string(range.offset),
          range.bytes);
    }
    if (segment.end() == journal::SegmentEnd::foreign)
      add(Severity::damaged, "foreign_segment", id, 1);
    if (segment.end() == journal::SegmentEnd::newer)
      add(Severity::reported, "newer_segment", id, 1);
    if (is_owned && segment.end() == journal::SegmentEnd::torn && segment.torn_tail().bytes > 0) {
      add(Severity::reported, "torn_tail", id, segment.torn_tail().bytes);
    }
  }

  void count_quarantine() {
    report_.quarantined =
        owner_.session().connection().value<std::int64_t>("SELECT count(*) FROM quarantine");
    const auto rejected = owner_.session().connection().value<std::int64_t>(
        "SELECT count(*) FROM quarantine WHERE record_type <> 0");
    if (rejected > 0) add(Severity::reported, "quarantined_records", "", rejected);
  }

  void compare_with_rebuild() {
    ++report_.rules;
    detail::RebuildPlan plan = owner_.rebuild_plan();
    plan.upto = owner_.session().positions();
    const std::filesystem::path target = owner_.path().string() + ".checked";
    PartOfWork{sink_, "against a rebuild", 1}.step();
    const detail::RebuiltFile made = detail::rebuild_file(plan, target);
    detail::remove_database_file(target);
    for (const std::string& table : detail::differing(tables_, made.tables)) {
      add(Severity::damaged, "rebuild_differs", table, 1);
    }
  }

  detail::Owner& owner_;
  const HeadwaySink& sink_;
  CheckReport report_;
  std::vector<TableState> tables_;
};

}  // namespace

bool CheckReport::is_damaged() const {
  return std::ranges::any_of(
      findings, [](const Finding& finding) { return finding.severity == Severity::damaged; });
}

CheckReport check(Store& store, Depth depth, const HeadwaySink& sink) {
  return Check{store.owner(), sink}.run(depth);
}

Document document(const CheckReport& report) {
  Document findings = Document::array();
  for (const Finding& finding : report.findings) {
    findings.add(
        Document::object()
            .set("severity", finding.severity == Severity::damaged ? "damaged" : "reported")
            .set("rule", finding.rule)
            .set("detail", finding.detail)
            .set("count", finding.count));
  }
  return Document::object()
      .set("damaged", report.is_damaged())
      .set("rules", report.rules)
      .set("segments", report.segments)
      .set("frames", report.frames)
      .set("quarantined", report.quarantined)
      .set("findings", std::move(findings));
}

}  // namespace shelduck::store
