// What it costs the processor to validate a Produce batch, per record. Run by hand.
//
//   klamm_validate_bench [SECONDS_PER_CASE]
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "protocol/record_batch_builder.h"
#include "protocol/record_batch_records.h"
#include "protocol/record_batch_validation.h"

using namespace klamm;
using namespace klamm::protocol;

namespace {

constexpr int64_t kNow = 1'700'000'000'000;

struct Case {
  const char* name;
  Codec codec;
  size_t value_size;
  size_t plain_size;
  std::optional<Compression> target;
};

// Values that compress about as text does: three times or so.
Bytes value_of(size_t size, uint32_t& state) {
  static const char* const kWords[] = {
      "order", "customer", "created", "amount", "{\"id\":", "\"total\"", ":", ",", "2026"};
  Bytes value;
  while (value.size() < size) {
    state = state * 1664525 + 1013904223;
    std::string word = (state >> 28) < 6 ? std::to_string(state >> 8) : kWords[(state >> 16) % 9];
    value.insert(value.end(), word.begin(), word.end());
  }
  value.resize(size);
  return value;
}

Bytes batch_for(const Case& shape) {
  BatchFields fields;
  fields.compression = Compression::by_default(shape.codec);
  RecordBatchBuilder builder(fields);
  uint32_t state = 1;
  while (builder.plain_size() < shape.plain_size) {
    builder.append(kNow + builder.record_count() / 10, std::nullopt, value_of(shape.value_size, state));
  }
  Compressor compressor;
  return builder.build(compressor);
}

// Of the processor, so that a busy machine does not count.
double cpu_seconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void measure(const Case& shape, double seconds) {
  Bytes batch = batch_for(shape);
  AppendRules rules;
  rules.now_ms = kNow;
  rules.compression = shape.target;
  Codecs codecs;
  int32_t records = BatchView(batch).record_count();
  uint64_t rounds = 0;
  double start = cpu_seconds();
  double took = 0;
  for (; took < seconds; took = cpu_seconds() - start) {
    for (int i = 0; i < 20; ++i, ++rounds) {
      auto result = validate_for_append(batch, rules, codecs);
      if (!result.ok()) std::abort();
    }
  }
  double per_record = took / static_cast<double>(rounds) / records * 1e9;
  double per_batch = took / static_cast<double>(rounds) * 1e6;
  std::printf("%-34s %6d records, %7zu bytes: %8.2f us a batch, %7.2f ns a record\n", shape.name, records,
              batch.size(), per_batch, per_record);
}

}  // namespace

int main(int count, char** arguments) {
  double seconds = count > 1 ? std::atof(arguments[1]) : 0.5;
  constexpr size_t kBatch = 64 * 1024;
  const Case cases[] = {
      {"plain, 10 B values", Codec::kNone, 10, kBatch, {}},
      {"plain, 100 B values", Codec::kNone, 100, kBatch, {}},
      {"plain, 1 KiB values", Codec::kNone, 1024, kBatch, {}},
      {"lz4, 100 B values", Codec::kLz4, 100, kBatch, {}},
      {"lz4, 1 KiB values", Codec::kLz4, 1024, kBatch, {}},
      {"snappy, 100 B values", Codec::kSnappy, 100, kBatch, {}},
      {"zstd, 100 B values", Codec::kZstd, 100, kBatch, {}},
      {"gzip, 100 B values", Codec::kGzip, 100, kBatch, {}},
      {"zstd, 100 B values, 1 MiB", Codec::kZstd, 100, 16 * kBatch, {}},
      {"plain to lz4, 100 B values", Codec::kNone, 100, kBatch, Compression{Codec::kLz4, 9}},
      {"plain to zstd, 100 B values", Codec::kNone, 100, kBatch, Compression{Codec::kZstd, 3}},
  };
  for (const Case& shape : cases) measure(shape, seconds);
  return 0;
}
