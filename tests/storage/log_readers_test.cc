// Readers beside the writer, on a real disk: the proof is this test under TSan.
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "storage/posix_disk.h"
#include "tests/storage/log_fixture.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

// What a partition does: the writer publishes view and end together.
struct Published {
  std::mutex mutex;
  std::shared_ptr<const LogView> view;
  LogPosition end;

  void publish(const Log& log) {
    std::lock_guard lock(mutex);
    view = log.view();
    end = log.end();
  }
  std::pair<std::shared_ptr<const LogView>, LogPosition> take() {
    std::lock_guard lock(mutex);
    return {view, end};
  }
};

// Reads somewhere and says whether what came was right: batches in a row, from the one asked for on.
bool read_once(Published& published, SeededRandom& random) {
  auto [view, end] = published.take();
  const int64_t start = view->local_start().value;
  if (end.offset.value == start) return true;
  const Offset from{start +
                    static_cast<int64_t>(random.below(static_cast<uint64_t>(end.offset.value - start)))};
  auto result = view->read(from, end, 500, true);
  if (!result.ok()) return is_stale(result.error());
  Bytes bytes(result->slice.size);
  if (!result->slice.file->file().read_at(result->slice.position, bytes).ok()) return false;
  auto first = BatchHeader::decode(bytes);
  return first && first->base_offset <= from && from <= first->last_offset() && first->size <= bytes.size() &&
         crc_is_valid(*first, ByteView(bytes).first(first->size));
}

}  // namespace

TEST_CASE("readers see whole batches while the writer appends, rolls, truncates and retains") {
  std::string directory = (std::filesystem::temp_directory_path() / "klamm-log-XXXXXX").string();
  REQUIRE(mkdtemp(directory.data()) != nullptr);
  PosixDisk disk;
  LogConfig config;
  config.segment_bytes = 4000;
  config.index_interval_bytes = 100;
  config.retention_bytes = 20'000;
  auto log = *Log::open(disk, directory + "/topic-0", config, {}, 0);
  Published published;
  published.publish(*log);

  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (uint64_t seed : {1, 2}) {
    readers.emplace_back([&, seed] {
      SeededRandom random(seed);
      while (!stop) wrong += !read_once(published, random);
    });
  }
  SeededRandom random(3);
  for (int i = 0; i < 1200; ++i) {
    const Bytes batch =
        TestBatch().at(log->end().offset.value).records(2).value_size(random.below(100)).bytes();
    const ByteView view = batch;
    if (log->append({&view, 1}, i).failure) ++wrong;
    if (random.one_in(100)) wrong += !log->truncate_to(log->end().offset - 6, i).ok();
    if (random.one_in(50)) wrong += !log->apply_retention(log->end().offset, i).ok();
    if (random.one_in(20)) log->close_idle_files();
    if (random.one_in(100)) wrong += !log->take_retired().remove(disk).ok();
    published.publish(*log);
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  std::filesystem::remove_all(directory);
  REQUIRE(wrong == 0);
}
