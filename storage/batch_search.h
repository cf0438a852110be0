// Looks for whole batches in bytes that do not begin with one: what lies behind damage tells whether a crash
// tore the end of a file, or something in the middle of it has changed.
#pragma once

#include <cstdint>

#include "base/types.h"
#include "storage/disk.h"

namespace klamm::storage {

struct BatchesFound {
  uint64_t count = 0;
  Offset end;  // behind the last one
};

// The batches of version 2 in bytes [from, end) of the file, at any byte, that are whole, have the right
// checksum, and whose offsets rise and are not below `lowest`. Bytes that only look like batches, again and
// again, end the search early: the count may then be too low, but is not 0 where a batch was found.
DiskResult<BatchesFound> find_batches(const File& file, uint32_t from, uint32_t end, Offset lowest);

}  // namespace klamm::storage
