#include "cli/dump/log_dump.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/dump/files.h"
#include "cli/text.h"
#include "protocol/compression.h"
#include "protocol/reader.h"
#include "protocol/record_batch.h"
#include "protocol/record_batch_control.h"
#include "protocol/record_batch_records.h"
#include "protocol/record_json.h"

namespace klamm::cli {
namespace {

using protocol::BatchView;
using protocol::ControlType;
using protocol::Record;

// Of a batch's records; more is taken for a bomb. A dump may run beside a broker, in its memory.
constexpr size_t kPlainBytesMax = 256 << 20;
constexpr size_t kLegacyCrc = 12;
constexpr size_t kLegacyCrcCovers = 16;  // from here on
constexpr std::string_view kIndent = "|";
constexpr std::string_view kUnreadable = "(cannot be read)";

std::string_view type_text(const BatchView& batch) {
  return batch.timestamp_type() == protocol::TimestampType::kLogAppendTime ? "LogAppendTime" : "CreateTime";
}

// Entries of magic 0 and 1 have the CRC of zlib.
bool is_valid(const BatchView& batch) {
  if (!batch.is_legacy()) return batch.crc_matches();
  const ByteView covered = batch.bytes().subspan(kLegacyCrcCovers);
  return ::crc32(0, covered.data(), static_cast<uInt>(covered.size())) ==
         load_be32(batch.bytes().data() + kLegacyCrc);
}

// How Java prints an OptionalLong.
std::string optional_text(const std::optional<int64_t>& number) {
  return number ? fmt::format("OptionalLong[{}]", *number) : "OptionalLong.empty";
}

class LogDump {
 public:
  LogDump(const std::string& path, const LogDumpOptions& options, PayloadDecoder& decoder, Console& console,
          OffsetGaps& gaps)
      : path_(path), options_(options), decoder_(decoder), console_(console), gaps_(gaps) {}

  Attempt<> run(LogFile& log) {
    const bool is_whole = options_.bytes_max == std::numeric_limits<int32_t>::max();
    const uint64_t end = std::min(log.size(), static_cast<uint64_t>(options_.bytes_max));
    uint64_t position = 0;
    for (;;) {
      auto batch = log.batch_at(position, end);
      if (!batch) return Error{batch.error()};
      if (!*batch) break;
      print_batch(**batch, position);
      if (options_.deep) {
        if (auto done = dump_records(**batch); !done) return done;
      }
      position += (*batch)->size();
    }
    if (position < end && is_whole) {
      console_.line("Found {} invalid bytes at the end of {}", end - position, file_name(path_));
    }
    if (are_records_left_out_) {
      console_.error_line("{} has entries of magic 0 or 1, whose records are not shown", path_);
    }
    return {};
  }

 private:
  void print_batch(const BatchView& batch, uint64_t position) {
    if (batch.is_legacy()) {
      console_.print("offset: {}", batch.last_offset().value);
    } else {
      console_.print(
          "baseOffset: {} lastOffset: {} count: {} baseSequence: {} lastSequence: {} producerId: {} "
          "producerEpoch: {} partitionLeaderEpoch: {} isTransactional: {} isControl: {} deleteHorizonMs: {}",
          batch.base_offset().value, batch.last_offset().value, batch.record_count(), batch.base_sequence(),
          batch.last_sequence(), batch.producer_id(), batch.producer_epoch(), batch.leader_epoch().value,
          batch.is_transactional(), batch.is_control(), optional_text(batch.delete_horizon_ms()));
    }
    const auto codec = batch.codec();
    const uint32_t crc =
        batch.is_legacy() ? load_be32(batch.bytes().data() + kLegacyCrc) : batch.stored_crc();
    console_.line(" position: {} {}: {} size: {} magic: {} compresscodec: {} crc: {} isvalid: {}", position,
                  type_text(batch), batch.max_timestamp(), batch.size(), static_cast<int>(batch.magic()),
                  codec ? protocol::name_of(*codec) : "unknown", crc, is_valid(batch));
  }

  Attempt<> dump_records(const BatchView& batch) {
    if (batch.is_legacy()) {
      are_records_left_out_ = true;
      return {};
    }
    auto section = plain_.of(batch, decompressor_, kPlainBytesMax);
    if (!section) {
      return failed(fmt::format("the batch at offset {} cannot be decompressed: {}",
                                batch.base_offset().value, protocol::name_of(section.error())));
    }
    protocol::RecordCursor records(*section, batch.record_count());
    while (const Record* record = records.next()) {
      const int64_t offset = protocol::offset_of(batch, *record).value;
      if (offset != protocol::offset_after(Offset{last_offset_}, 1).value) {
        gaps_[absolute_path(path_)][last_offset_] = offset;
      }
      last_offset_ = offset;
      if (!options_.skips_metadata) print_metadata(batch, *record, offset);
      if (options_.prints_contents && !batch.is_control()) {
        if (auto done = print_contents(*record, offset); !done) return done;
      }
      console_.write("\n");
    }
    if (records.ok()) return {};
    return failed(fmt::format("the records of the batch at offset {} do not end where it does",
                              batch.base_offset().value));
  }

  void print_metadata(const BatchView& batch, const Record& record, int64_t offset) {
    std::vector<std::string> names;
    protocol::HeaderCursor headers(record);
    while (const auto header = headers.next()) names.emplace_back(header->key);
    const int32_t sequence = batch.base_sequence() < 0
                                 ? -1
                                 : protocol::sequence_after(batch.base_sequence(), record.offset_delta);
    const auto size_of = [](const std::optional<ByteView>& bytes) {
      return bytes ? static_cast<int64_t>(bytes->size()) : -1;
    };
    console_.print("{} offset: {} {}: {} keySize: {} valueSize: {} sequence: {} headerKeys: [{}]", kIndent,
                   offset, type_text(batch), protocol::timestamp_of(batch, record), size_of(record.key),
                   size_of(record.value), sequence, joined(names, ","));
    if (batch.is_control()) print_control(record);
  }

  Attempt<> print_contents(const Record& record, int64_t offset) {
    auto payload = decoder_.decode(record, offset);
    if (!payload) return Error{payload.error()};
    std::string prefix = options_.skips_metadata ? fmt::format("{} ", kIndent) : " ";
    if (payload->key) {
      console_.print("{}key: {}", prefix, *payload->key);
      prefix = " ";
    }
    if (payload->value) console_.print("{}payload: {}", prefix, *payload->value);
    return {};
  }

  void print_control(const Record& record) {
    const auto number = protocol::control_type_of(record.key);
    const ByteView value = record.value.value_or(ByteView());
    switch (static_cast<ControlType>(number.value_or(-1))) {
      case ControlType::kAbort:
        return print_marker("ABORT", value);
      case ControlType::kCommit:
        return print_marker("COMMIT", value);
      case ControlType::kLeaderChange:
        return print_message(" LeaderChange: ", "LeaderChangeMessage", value);
      case ControlType::kSnapshotHeader:
        return print_message(" SnapshotHeader ", "SnapshotHeaderRecord", value);
      case ControlType::kSnapshotFooter:
        return print_message(" SnapshotFooter ", "SnapshotFooterRecord", value);
      case ControlType::kKraftVersion:
        return print_message(" KRaftVersion ", "KRaftVersionRecord", value);
      case ControlType::kKraftVoters:
        return print_message(" KRaftVoters ", "VotersRecord", value);
    }
    console_.print(" controlType: UNKNOWN({})", number.value_or(-1));
  }

  // A version, and the coordinator's epoch.
  void print_marker(std::string_view type, ByteView value) {
    protocol::Reader reader(value);
    reader.i16();
    const int32_t epoch = reader.i32();
    console_.print(" endTxnMarker: {} coordinatorEpoch: {}", type,
                   reader.ok() ? fmt::format("{}", epoch) : std::string(kUnreadable));
  }

  // Each begins with its own version, which is that of its format.
  void print_message(std::string_view before, std::string_view name, ByteView value) {
    protocol::Reader reader(value);
    std::string json;
    if (!protocol::append_record_json(name, value, reader.i16(), json)) json = kUnreadable;
    console_.print("{}{}", before, json);
  }

  const std::string& path_;
  const LogDumpOptions& options_;
  PayloadDecoder& decoder_;
  Console& console_;
  OffsetGaps& gaps_;
  protocol::Decompressor decompressor_;
  protocol::DecompressedRecords plain_;
  int64_t last_offset_ = -1;
  bool are_records_left_out_ = false;
};

// What the name of the file says.
void print_head(const std::string& path, Console& console) {
  const std::string name = file_name(path);
  if (name.ends_with(".log")) {
    console.line("Log starting offset: {}", parse_long(name.substr(0, name.find('.'))).value_or(-1));
  } else if (name == "bootstrap.checkpoint") {
    console.line("KRaft bootstrap snapshot");
  } else {
    const size_t dash = name.find('-');
    const auto offset = parse_long(name.substr(0, dash));
    const std::string behind = dash == std::string::npos ? "" : name.substr(dash + 1);
    const auto epoch = parse_int(behind.substr(0, behind.find('.')));
    console.line("Snapshot end offset: {}, epoch: {}", offset.value_or(-1), epoch.value_or(-1));
  }
}

}  // namespace

Attempt<> dump_log(storage::Disk& disk, const std::string& path, const LogDumpOptions& options,
                   PayloadDecoder& decoder, Console& console, OffsetGaps& gaps) {
  print_head(path, console);
  auto log = LogFile::open(disk, path);
  if (!log) return Error{log.error()};
  return LogDump(path, options, decoder, console, gaps).run(*log);
}

}  // namespace klamm::cli
