// Real version 2 batches for the tests of the log, in a few words: Batch().at(5).records(3).producer(7, 0,
// 0).
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/types.h"
#include "storage/batch_header.h"

namespace klamm::storage {

class TestBatch {
 public:
  TestBatch& at(int64_t base_offset) {
    base_offset_ = base_offset;
    return *this;
  }
  TestBatch& records(int32_t count) {
    count_ = count;
    return *this;
  }
  TestBatch& value_size(size_t size) {
    value_size_ = size;
    return *this;
  }
  TestBatch& time(int64_t timestamp) {
    timestamp_ = timestamp;
    return *this;
  }
  // Each record this much younger than the one before it.
  TestBatch& step(int64_t milliseconds) {
    step_ = milliseconds;
    return *this;
  }
  TestBatch& epoch(int32_t epoch) {
    epoch_ = epoch;
    return *this;
  }
  TestBatch& producer(int64_t id, int16_t epoch, int32_t sequence) {
    producer_id_ = id;
    producer_epoch_ = epoch;
    sequence_ = sequence;
    return *this;
  }
  TestBatch& transactional() {
    attributes_ |= 0x10;
    return *this;
  }
  TestBatch& fill(char content) {
    fill_ = content;
    return *this;
  }
  // An end-of-transaction marker of this producer.
  TestBatch& marker(bool aborted, int32_t coordinator_epoch = 0);

  Bytes bytes() const;
  BatchHeader header() const { return *BatchHeader::decode(bytes()); }

 private:
  void write_record(Bytes& out, int32_t delta) const;

  int64_t base_offset_ = 0;
  int32_t count_ = 1;
  size_t value_size_ = 10;
  int64_t timestamp_ = 1000;
  int64_t step_ = 0;
  int32_t epoch_ = 0;
  int64_t producer_id_ = -1;
  int16_t producer_epoch_ = -1;
  int32_t sequence_ = -1;
  int16_t attributes_ = 0;
  char fill_ = 'v';
  Bytes marker_key_;
  Bytes marker_value_;
};

}  // namespace klamm::storage
