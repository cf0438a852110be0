#include "broker/controller_host.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/check.h"
#include "base/logging.h"
#include "base/mutants.h"
#include "broker/config/broker_settings.h"
#include "broker/config/topic_config.h"
#include "broker/controller/record_lines.h"
#include "broker/metadata/bootstrap.h"
#include "broker/metadata/idle_metadata.h"
#include "broker/metadata/snapshot_file.h"
#include "broker/metadata/snapshot_records.h"
#include "protocol/record_batch.h"

namespace klamm::broker {

namespace {

Failure cannot_abort(Offset begun_at, std::optional<MetadataVersion> version, const std::string& directory) {
  return Failure{fmt::format(
      "the metadata log ends inside of the metadata transaction at offset {0}, which cannot be aborted: "
      "{1} has no transactions. Restore the directory {2} from a backup. Nothing of the transaction is in "
      "force; to give it up instead, cut the metadata log off at offset {0} (kafka-dump-log tells the "
      "position of the batch), and remove the segments behind it and {2}/synced-offset",
      begun_at.value,
      version ? fmt::format("the cluster's metadata.version {}", version->name())
              : std::string("the metadata.version in ") + std::string(kBootstrapFile),
      directory)};
}

Failure other_voters(Offset offset) {
  return Failure{fmt::format(
      "the voters of the metadata quorum have changed at offset {} of the metadata log, and this process "
      "counts those of before: start the node again",
      offset.value)};
}

bool is_abort(const protocol::MetadataRecord& record) {
  return std::holds_alternative<protocol::AbortTransactionRecord>(record);
}

}  // namespace

void PendingImage::apply(ByteView record) {
  auto decoded = protocol::read_metadata_record(record);
  CHECK(decoded.has_value());
  CHECK(image.apply(*decoded).ok());
}

void ControllerHost::attach(RaftDriver& driver, Decision bootstrap, ImageLoader loader, Offset applied) {
  driver_ = &driver;
  caught_up_ = applied;
  last_snapshot_ms_ = uses_.clock.monotonic_ms();
  bootstrap_ = std::move(bootstrap);
  loader_ = std::move(loader);
  host_.emplace(driver);
  quorum_.control.kraft_version = driver.kraft_version();
  quorum_.control.voters = driver.raft().voters();
}

ControllerView ControllerHost::view() const {
  // One view serves one decision, for which the node's settings are worked out once, if at all.
  struct Node {
    explicit Node(const ConfigsImage& configs, const NodeConfig& config)
        : settings(configs, config), effective(settings.effective()) {}
    const BrokerSettings settings;
    const ConfigMap effective;
  };
  auto node = [this, made = std::make_shared<std::optional<Node>>()]() -> const Node& {
    if (!*made) made->emplace(pending().configs(), uses_.config);
    return **made;
  };
  auto check = [node](const ConfigMap& settings, const ConfigMap& before) {
    return check_topic_config(settings, before, node().effective);
  };
  auto describe = [node](const ConfigMap& settings) {
    return describe_topic(settings, node().settings.layers(), node().effective);
  };
  return {pending(), uses_.config.controller, uses_.random, check, describe};
}

void ControllerHost::perform(Decision decision, Answer answer) {
  CHECK(is_active());
  if (!fits(decision)) return answer(ErrorCode::kPolicyViolation);
  auto after = foreseen(decision);
  host_->perform({std::move(decision.records), decision.atomic}, std::move(answer), Host::kNoDeadline,
                 std::move(after));
}

void ControllerHost::perform_for_node(Decision decision, Answer answer) {
  CHECK(is_active());
  if (!fits(decision)) return answer(ErrorCode::kPolicyViolation);
  auto after = foreseen(decision);
  host_->perform_early({std::move(decision.records), decision.atomic}, std::move(answer), std::move(after));
}

// What was worked out while it was decided, if that was on what is pending still. To see that costs nothing
// where it is so, for the two share all that they have.
std::optional<PendingImage> ControllerHost::foreseen(const Decision& decision) const {
  if (decision.drafted == nullptr || !same_content(decision.drafted->before, pending())) return std::nullopt;
  return PendingImage{decision.drafted->after};
}

// More than a batch becomes visible at once only inside of a metadata transaction.
bool ControllerHost::fits(const Decision& decision) const {
  return !decision.atomic || has_transactions(pending()) || driver_->fits_a_batch(decision.records);
}

Result<void, Failure> ControllerHost::on_committed(ByteView bytes) {
  protocol::BatchView batch(bytes);
  bytes_since_snapshot_ += static_cast<int64_t>(bytes.size());
  if (!batch.crc_matches()) {
    return Error{Failure{
        fmt::format("the batch at offset {} of the metadata log is damaged", batch.base_offset().value)}};
  }
  // Up to where the log stood when this process began, and stands still, nothing that it says is new.
  const bool is_news = batch.base_offset() >= driver_->log().known_below();
  if (batch.is_control()) {
    if (auto read = read_control_batch(batch, quorum_); !read) return read;
    if (is_news && !counts_these_voters()) return Error{other_voters(batch.base_offset())};
    loader_->skip_to(batch.last_offset(), batch.leader_epoch(), batch.max_timestamp());
    return {};
  }
  auto records = reader_.read(batch);
  if (!records) return Error{records.error()};
  // A broker of Apache Kafka 4.3.1 that reads an abort and what follows it in one go takes the aborted
  // records for real. Whoever starts on this log later shall find a snapshot behind the abort.
  if (std::ranges::any_of(*records, is_abort)) {
    bytes_since_snapshot_ =
        std::max(bytes_since_snapshot_, uses_.config.metadata_log.bytes_between_snapshots_max);
  }
  if (is_news && uses_.config.is_controller) tell_of(*records);
  return loader_->apply({batch.base_offset(), batch.leader_epoch(), batch.max_timestamp(), *records});
}

// Before they are applied.
void ControllerHost::tell_of(const std::vector<protocol::MetadataRecord>& records) const {
  if (!log_enabled(LogLevel::kWarn)) return;
  for (const protocol::MetadataRecord& record : records) {
    const auto line = line_of(loader_->latest(), record);
    if (!line) continue;
    if (line->level == LogLevel::kWarn) {
      LOG_WARN_LIMITED("[QuorumController id={}] {}", uses_.config.id.value, line->text);
    } else {
      LOG_INFO_LIMITED("[QuorumController id={}] {}", uses_.config.id.value, line->text);
    }
  }
}

// The machine knows the voters whom the log named when the process began. Where others have been added or
// removed since, which a leader that can has done, a majority of those it knows is none: it would elect a
// second leader. A node without a vote before and after counts nobody.
bool ControllerHost::counts_these_voters() const {
  if (quorum_.control.kraft_version == 0) return true;
  const raft::Raft& raft = driver_->raft();
  const raft::Voters& said = quorum_.control.voters;
  if (!raft.is_voter() && !said.contains(raft.self())) return true;
  return said.size() == raft.voters().size() && std::ranges::all_of(said, [&](const raft::Voter& voter) {
           return raft.voters().contains(voter.key);
         });
}

// Nothing is taken from what was read before (KAFKA-14894).
Result<void, Failure> ControllerHost::on_snapshot(LoadedSnapshot snapshot, raft::SnapshotId id) {
  if constexpr (mutant::kSnapshotOverImage) {
    ClusterImage kept = loader_->latest();
    write_records(snapshot.image, [&](const auto& record, int16_t) { (void)kept.apply(record); });
    kept.set_last_applied(snapshot.image.last_applied());
    snapshot.image = std::move(kept);
  }
  loader_ = ImageLoader(std::move(snapshot.image));
  quorum_.control = std::move(snapshot.control);
  if (!counts_these_voters()) return Error{other_voters(id.offset)};
  bytes_since_snapshot_ = 0;
  on_caught_up(id.offset);
  return {};
}

void ControllerHost::on_caught_up(Offset end) {
  // What this node's own snapshot says is of long ago: to follow it would be to lead and to follow again as
  // then, and the logs know better by now. It is followed when a leader says that nothing came behind it.
  if (!std::exchange(has_begun_, true) && end == caught_up_) return;
  caught_up_ = end;
  uses_.loop.post([this, end] { host_->on_logged(end); });
  publish();
}

// The node follows one image at a time; images that come meanwhile are passed over but for the last.
void ControllerHost::publish() {
  if (applying_) {
    apply_again_ = true;
    return;
  }
  applying_ = true;
  apply_again_ = false;
  Offset end = caught_up_;
  Image before = published_;
  Image after = std::make_shared<ClusterImage>(loader_->visible());
  uses_.apply(before, after, [this, after, end] {
    uses_.published.publish(after);
    uses_.loop.post([this, after, end] {
      published_ = after;
      on_applied(end);
      uses_.on_published(after);
    });
  });
}

void ControllerHost::on_applied(Offset end) {
  applying_ = false;
  snapshot_if_due(end);
  host_->on_committed(end);
  if (apply_again_) publish();
}

// A snapshot covers what has been published, which ends a batch outside of any metadata transaction.
void ControllerHost::snapshot_if_due(Offset end) {
  const MetadataLogConfig& limits = uses_.config.metadata_log;
  int64_t now_ms = uses_.clock.monotonic_ms();
  bool due = bytes_since_snapshot_ >= limits.bytes_between_snapshots_max ||
             (limits.snapshot_interval_max_ms > 0 && bytes_since_snapshot_ > 0 &&
              now_ms - last_snapshot_ms_ >= limits.snapshot_interval_max_ms);
  bool possible = published_->features().metadata_version() && published_->last_applied().offset + 1 == end &&
                  driver_->raft().snapshot_at(end).ok();
  if (!due || !possible || snapshotting_) return;
  snapshotting_ = true;
  bytes_since_snapshot_ = 0;
  last_snapshot_ms_ = now_ms;
  uses_.workers.run(
      [this, image = published_, directory = driver_->log().directory(), quorum = quorum_.control] {
        auto written = write_snapshot(uses_.disk, directory, *image, quorum.kraft_version, quorum.voters,
                                      uses_.clock.wall_ms());
        uses_.loop.post([this, written] { on_snapshot(written); });
      });
}

void ControllerHost::on_snapshot(const storage::DiskResult<raft::SnapshotId>& written) {
  snapshotting_ = false;
  // What is complete, the next start finds.
  if (driver_->has_ended()) return;
  if (!written)
    return uses_.fatal(
        fmt::format("a snapshot of the metadata log cannot be written: {}", written.error().what));
  LOG_INFO("wrote the snapshot {} of the metadata log", snapshot_file_name(*written));
  if (auto added = driver_->log().add_snapshot(*written, uses_.clock.wall_ms()); !added) {
    uses_.fatal(fmt::format("the metadata log cannot be shortened: {}", added.error().what));
  }
}

// Of the log as this controller continues it: an empty one begins with the bootstrap's metadata.version.
bool ControllerHost::has_transactions(const ClusterImage& image) const {
  const auto version = image.features().metadata_version();
  return version ? version->has_metadata_transactions() : !bootstrap_.atomic;
}

// The controller before this one ended between the batches of a decision, or of the bootstrap.
void ControllerHost::abort_open_transaction() {
  if (!loader_->open_transaction()) return;
  const Offset begun_at = loader_->open_transaction()->begun_at;
  LOG_WARN(
      "[QuorumController id={}] aborts the metadata transaction that was begun at offset {} and not ended",
      uses_.config.id.value, begun_at.value);
  RecordList records(pending());
  records.add(protocol::AbortTransactionRecord{.reason = "Controller failover"});
  perform({records.take()}, [](ErrorCode) {});
}

void ControllerHost::on_leadership(raft::Leadership leadership) {
  bool leads = leadership.leader == driver_->raft().self().id;
  // A new epoch of its own is another leadership: what was pending under the old one may have been cut off.
  if (host_->leads() && (!leads || leadership.epoch != leading_epoch_)) {
    LOG_INFO("[QuorumController id={}] is no longer the active controller", uses_.config.id.value);
    uses_.on_active(false);
    host_->resign(ErrorCode::kNotController);
  }
  if (leads && !host_->leads()) lead(leadership);
  uses_.on_leader(leadership);
}

void ControllerHost::lead(raft::Leadership leadership) {
  const auto& open = loader_->open_transaction();
  const ClusterImage& image = open ? open->before : loader_->latest();
  if (open && !has_transactions(image)) {
    const auto version = image.features().metadata_version();
    return uses_.fatal(cannot_abort(open->begun_at, version, driver_->log().directory()).message);
  }
  LOG_INFO("[QuorumController id={}] becomes the active controller in epoch {}", uses_.config.id.value,
           leadership.epoch.value);
  leading_epoch_ = leadership.epoch;
  host_->lead({image}, caught_up_);
  abort_open_transaction();
  if (!std::exchange(has_led_, true)) {
    const bool has_authorizer = uses_.config.security.authorizer.enabled;
    for (const std::string& line : idle_metadata(pending(), has_authorizer)) LOG_WARN("{}", line);
  }
  if (!pending().features().metadata_version()) perform(bootstrap_, [](ErrorCode) {});
  uses_.on_active(true);
}

}  // namespace klamm::broker
