#include "storage/txn_index.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace klamm::storage {

void AbortedTxn::encode(uint8_t* to) const {
  store_be16(to, 0);  // version
  store_be64(to + 2, static_cast<uint64_t>(producer_id));
  store_be64(to + 10, static_cast<uint64_t>(first_offset.value));
  store_be64(to + 18, static_cast<uint64_t>(last_offset.value));
  store_be64(to + 26, static_cast<uint64_t>(last_stable_offset.value));
}

AbortedTxn AbortedTxn::decode(const uint8_t* from) {
  const auto offset_at = [&](size_t at) { return Offset{static_cast<int64_t>(load_be64(from + at))}; };
  return {static_cast<int64_t>(load_be64(from + 2)), offset_at(10), offset_at(18), offset_at(26)};
}

DiskResult<std::vector<AbortedTxn>> TxnIndex::all() const {
  std::vector<AbortedTxn> txns;
  const uint32_t n = count();
  if (n == 0) return txns;
  auto file = files_.get(SegmentPart::kTxnIndex);
  if (!file.ok()) return Error{file.error()};
  Bytes bytes(size_t{n} * AbortedTxn::kSize);
  auto got = (*file)->file().read_at(0, bytes);
  if (!got.ok()) return Error{got.error()};
  if (*got != bytes.size())
    return Error{DiskError{EIO, files_.path(SegmentPart::kTxnIndex) + " is shorter than it was"}};
  for (uint32_t i = 0; i < n; ++i)
    txns.push_back(AbortedTxn::decode(bytes.data() + size_t{i} * AbortedTxn::kSize));
  return txns;
}

DiskResult<bool> TxnIndex::collect(Offset from, Offset to, std::vector<AbortedTxn>& found) const {
  auto txns = all();
  if (!txns.ok()) return Error{txns.error()};
  for (const AbortedTxn& txn : *txns) {
    if (txn.last_offset >= from && txn.first_offset < to) found.push_back(txn);
    if (txn.last_stable_offset >= to) return true;
  }
  return false;
}

DiskResult<> TxnIndex::append(SegmentFiles& files, const AbortedTxn& txn) {
  auto file = files.create(SegmentPart::kTxnIndex);
  if (!file.ok()) return Error{file.error()};
  std::array<uint8_t, AbortedTxn::kSize> bytes;
  txn.encode(bytes.data());
  const uint32_t n = count();
  auto written = (*file)->file().write_at(uint64_t{n} * AbortedTxn::kSize, ByteView(bytes));
  if (written.ok()) count_.store(n + 1, std::memory_order_release);
  return written;
}

}  // namespace klamm::storage
