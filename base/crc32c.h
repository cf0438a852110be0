// CRC-32C (Castagnoli), the checksum of record batches and producer snapshots.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace klamm {

// The checksum of `bytes` continued from `previous`; crc32c(b, crc32c(a)) is the checksum of a followed by b.
uint32_t crc32c(ByteView bytes, uint32_t previous = 0);

}  // namespace klamm
