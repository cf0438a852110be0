// Walks the batches of a segment file by their headers, and checks whole batches where that is asked for.
#pragma once

#include <optional>

#include "storage/batch_header.h"
#include "storage/disk.h"

namespace klamm::storage {

struct BatchAt {
  BatchHeader header;
  uint32_t position = 0;

  uint32_t end() const { return position + header.size; }
};

class BatchReader {
 public:
  static constexpr uint32_t kLookupWindow = 4096;      // to find one batch
  static constexpr uint32_t kScanWindow = 256 * 1024;  // to read everything

  // Reads [position, end) of the file, `window` bytes at a time; with kLookupWindow, no more than a header
  // where batches are so large that the next header is not worth a window.
  BatchReader(const File& file, uint32_t position, uint32_t end, uint32_t window)
      : file_(file),
        position_(position),
        end_(end),
        window_size_(window),
        ahead_(window == kLookupWindow ? BatchHeader::kSize : window) {}

  // The next batch; nothing at the end, or where the bytes are no batch (then position() is before the end).
  DiskResult<std::optional<BatchAt>> next();
  uint32_t position() const { return position_; }

  // Whether the checksum of this batch is right.
  DiskResult<bool> verify(const BatchAt& batch);
  // The marker in an end-of-transaction batch; nothing in any other batch.
  DiskResult<std::optional<TxnMarker>> marker(const BatchAt& batch);

 private:
  // Up to `size` bytes from `position`, fewer only before end_; at most a window. `ahead` is how many are
  // read when these are not there.
  DiskResult<ByteView> bytes(uint32_t position, uint32_t size, uint32_t ahead);

  const File& file_;
  uint32_t position_;
  const uint32_t end_;
  const uint32_t window_size_;
  uint32_t ahead_;  // of headers
  Bytes window_;
  uint32_t window_position_ = 0;
  uint32_t window_filled_ = 0;
};

}  // namespace klamm::storage
