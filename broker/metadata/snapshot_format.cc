#include "broker/metadata/snapshot_format.h"

#include <fmt/format.h>

#include "broker/metadata/voters_record.h"
#include "protocol/messages/kraft_version_record.h"
#include "protocol/messages/snapshot_footer_record.h"
#include "protocol/messages/snapshot_header_record.h"
#include "protocol/record_batch_control.h"

namespace klamm::broker {
namespace {

using protocol::ControlType;

// Batches are closed at this size: what a reader must hold at once, well below what Kafka accepts.
constexpr size_t kBatchSize = 1 << 20;

template <class Message>
Bytes encoded(const Message& message) {
  Bytes value;
  protocol::Writer writer(value);
  message.write(writer, 0);
  return value;
}

// The message of a control record; its own first field is the version.
template <class Message>
std::optional<Message> decoded(ByteView value) {
  protocol::Reader reader(value);
  Message message;
  message.read(reader, 0);
  if (!reader.ok() || reader.remaining() != 0 || message.version != 0) return std::nullopt;
  return message;
}

Error<Failure> corrupt(Offset offset, std::string_view what) {
  return Error{Failure{fmt::format("at record {} of the snapshot: {}", offset.value, what)}};
}

}  // namespace

SnapshotEncoder::SnapshotEncoder(Epoch epoch, int64_t now_ms, const SnapshotControl& control)
    : epoch_(epoch), now_ms_(now_ms) {
  CHECK(control.kraft_version > 0 || control.voters.size() == 0);
  protocol::SnapshotHeaderRecord header;
  header.last_contained_log_timestamp = control.last_contained_timestamp_ms;
  const Bytes header_value = encoded(header);
  std::vector<protocol::ControlRecord> records = {{ControlType::kSnapshotHeader, header_value}};

  Bytes version_value, voters_value;
  if (control.kraft_version > 0) {
    protocol::KRaftVersionRecord version;
    version.kraft_version = control.kraft_version;
    version_value = encoded(version);
    records.push_back({ControlType::kKraftVersion, version_value});
  }
  if (control.voters.size() > 0) {
    voters_value = encoded(voters_record(control.voters));
    records.push_back({ControlType::kKraftVoters, voters_value});
  }
  done_ = protocol::build_control_batch(next_offset_, epoch_, now_ms_, records);
  next_offset_ = next_offset_ + static_cast<int64_t>(records.size());
}

void SnapshotEncoder::append(const protocol::MetadataRecord& record, int16_t version) {
  value_.clear();
  protocol::Writer writer(value_);
  protocol::write_metadata_record(writer, record, version);
  if (batch_ && batch_->plain_size() + value_.size() > kBatchSize) end_batch();
  if (!batch_) begin_batch();
  batch_->append(now_ms_, std::nullopt, value_);
}

void SnapshotEncoder::finish() {
  end_batch();
  const Bytes footer = encoded(protocol::SnapshotFooterRecord{});
  const protocol::ControlRecord record{ControlType::kSnapshotFooter, footer};
  const Bytes batch = protocol::build_control_batch(next_offset_, epoch_, now_ms_, {&record, 1});
  done_.insert(done_.end(), batch.begin(), batch.end());
}

void SnapshotEncoder::begin_batch() {
  protocol::BatchFields fields;
  fields.base_offset = next_offset_;
  fields.leader_epoch = epoch_;
  batch_.emplace(fields);
}

void SnapshotEncoder::end_batch() {
  if (!batch_) return;
  next_offset_ = batch_->next_offset();
  const Bytes batch = batch_->build();
  batch_.reset();
  done_.insert(done_.end(), batch.begin(), batch.end());
}

Result<std::vector<protocol::MetadataRecord>, Failure> SnapshotDecoder::next(
    const protocol::BatchView& batch) {
  if (state_ == State::kComplete) return corrupt(next_offset_, "a batch after the footer");
  if (batch.is_legacy() || !batch.crc_matches())
    return corrupt(next_offset_, "a batch whose checksum does not match");
  if (batch.base_offset() != next_offset_ || batch.record_count() <= 0 ||
      batch.last_offset_delta() != batch.record_count() - 1) {
    return corrupt(next_offset_, "a batch with other offsets than the next ones");
  }
  if (batch.is_control()) {
    if (auto read = on_control_batch(batch); !read) return Error{read.error()};
    next_offset_ = batch.next_offset();
    return std::vector<protocol::MetadataRecord>();
  }
  if (state_ == State::kHeader) return corrupt(next_offset_, "it does not begin with a header");
  auto records = reader_.read(batch);
  if (records) next_offset_ = batch.next_offset();
  return records;
}

Result<void, Failure> SnapshotDecoder::on_control_batch(const protocol::BatchView& batch) {
  protocol::RecordCursor cursor(batch.records(), batch.record_count());
  for (bool first = true; const protocol::Record* record = cursor.next(); first = false) {
    const auto type = protocol::control_type_of(record->key);
    if (batch.is_compressed() || !type || !record->value) {
      return corrupt(protocol::offset_of(batch, *record), "a malformed control record");
    }
    if (auto read = on_control_record(*type, *record->value, first && batch.base_offset() == Offset{0});
        !read) {
      return read;
    }
  }
  if (!cursor.ok()) return corrupt(next_offset_, "a malformed control batch");
  return {};
}

Result<void, Failure> SnapshotDecoder::on_control_record(int16_t type, ByteView value, bool first) {
  if (first != (type == static_cast<int16_t>(ControlType::kSnapshotHeader))) {
    return corrupt(next_offset_, first ? "it does not begin with a header" : "a second header");
  }
  if (state_ == State::kComplete) return corrupt(next_offset_, "a control record after the footer");
  switch (static_cast<ControlType>(type)) {
    case ControlType::kSnapshotHeader: {
      const auto header = decoded<protocol::SnapshotHeaderRecord>(value);
      if (!header) return corrupt(next_offset_, "a header of an unknown version");
      control_.last_contained_timestamp_ms = header->last_contained_log_timestamp;
      state_ = State::kRecords;
      return {};
    }
    case ControlType::kKraftVersion: {
      const auto version = decoded<protocol::KRaftVersionRecord>(value);
      if (!version) return corrupt(next_offset_, "a kraft.version record of an unknown version");
      control_.kraft_version = version->kraft_version;
      return {};
    }
    case ControlType::kKraftVoters: {
      const auto voters = decoded<protocol::VotersRecord>(value);
      if (!voters) return corrupt(next_offset_, "a voters record of an unknown version");
      auto set = voters_of(*voters);
      if (!set) return corrupt(next_offset_, "a voter whose id is negative or stands there twice");
      control_.voters = *std::move(set);
      return {};
    }
    case ControlType::kSnapshotFooter:
      if (!decoded<protocol::SnapshotFooterRecord>(value)) {
        return corrupt(next_offset_, "a footer of an unknown version");
      }
      state_ = State::kComplete;
      return {};
    default:
      return corrupt(next_offset_,
                     fmt::format("a control record of type {}, which does not belong there", type));
  }
}

}  // namespace klamm::broker
