#include "base/crc32c.h"

#include <isa-l/crc.h>

namespace klamm {

uint32_t crc32c(ByteView bytes, uint32_t previous) {
  // ISA-L leaves both inversions to the caller, and declares the buffer as mutable without writing to it.
  return ~crc32_iscsi(const_cast<uint8_t*>(bytes.data()), static_cast<int>(bytes.size()), ~previous);
}

}  // namespace klamm
