#include "broker/quorum_records.h"

#include <fmt/core.h>

#include <utility>

#include "broker/metadata/voters_record.h"
#include "protocol/messages/kraft_version_record.h"
#include "protocol/record_batch_control.h"
#include "protocol/record_batch_records.h"

namespace klamm::broker {

Result<void, Failure> read_control_batch(const protocol::BatchView& batch, QuorumRecords& known) {
  auto damaged = [&] {
    return Error{Failure{fmt::format("the control batch at offset {} of the metadata log cannot be read",
                                     batch.base_offset().value)}};
  };
  if (!batch.crc_matches() || batch.is_compressed()) return damaged();
  protocol::RecordCursor records(batch.records(), batch.record_count());
  while (const protocol::Record* record = records.next()) {
    auto type = protocol::control_type_of(record->key);
    if (!type) return damaged();
    protocol::Reader reader(record->value.value_or(ByteView()));
    if (*type == static_cast<int16_t>(protocol::ControlType::kKraftVersion)) {
      protocol::KRaftVersionRecord version;
      version.read(reader, 0);
      if (!reader.ok() || version.kraft_version < 0) return damaged();
      known.control.kraft_version = version.kraft_version;
    } else if (*type == static_cast<int16_t>(protocol::ControlType::kKraftVoters)) {
      protocol::VotersRecord voters;
      voters.read(reader, 0);
      auto set = reader.ok() ? voters_of(voters) : std::nullopt;
      if (!set) return damaged();
      known.control.voters = *std::move(set);
      known.voters_in_log = true;
    }
  }
  if (!records.ok()) return damaged();
  return {};
}

}  // namespace klamm::broker
