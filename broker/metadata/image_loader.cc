#include "broker/metadata/image_loader.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "base/mutants.h"

namespace klamm::broker {

Result<void, Failure> ImageLoader::apply(const MetadataBatch& batch) {
  Offset offset = batch.base_offset;
  for (const protocol::MetadataRecord& record : batch.records) {
    if (auto applied = apply(record, offset); !applied) {
      return Error{Failure{fmt::format("The metadata log at offset {} contradicts what came before it: {}",
                                       offset.value, applied.error().message)}};
    }
    offset = offset + 1;
  }
  finish_batch({offset - 1, batch.epoch, batch.append_time_ms});
  return {};
}

void ImageLoader::skip_to(Offset last_offset, Epoch epoch, int64_t append_time_ms) {
  finish_batch({last_offset, epoch, append_time_ms});
}

Result<void, Failure> ImageLoader::apply(const protocol::MetadataRecord& record, Offset offset) {
  if (std::holds_alternative<protocol::BeginTransactionRecord>(record)) {
    if (open_) return Error{Failure{"a metadata transaction begins inside of another"}};
    open_ = Transaction{offset, latest_};
    return {};
  }
  if (std::holds_alternative<protocol::EndTransactionRecord>(record)) {
    if (!open_) return Error{Failure{"a metadata transaction ends that did not begin"}};
    open_.reset();
    return {};
  }
  if (std::holds_alternative<protocol::AbortTransactionRecord>(record)) {
    if (!open_) return Error{Failure{"a metadata transaction is aborted that did not begin"}};
    latest_ = std::move(open_->before);
    open_.reset();
    return {};
  }
  return latest_.apply(record);
}

void ImageLoader::finish_batch(AppliedTo applied) {
  CHECK(applied.offset > latest_.last_applied().offset);
  latest_.set_last_applied(applied);
  // Records before a Begin in the same batch wait for the transaction: a snapshot may only be cut at the end
  // of a batch (KAFKA-14619, KAFKA-17713).
  if (!open_ || mutant::kSnapshotInsideTransaction) visible_ = latest_;
}

}  // namespace klamm::broker
