#include "tests/testing.h"

#include <absl/synchronization/notification.h>

#include <algorithm>
#include <map>
#include <thread>
#include <vector>

#include "base/random.h"
#include "broker/net/loop_thread.h"
#include "broker/net/worker_pool.h"
#include "tests/broker/net_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

TEST_CASE("timers come out by deadline, and by age among equals") {
  TimerHeap heap;
  std::string ran;
  for (auto [deadline, mark] : {std::pair{30, 'c'}, {10, 'a'}, {20, 'b'}, {10, 'A'}}) {
    heap.add(deadline, [&ran, mark = mark] { ran += mark; });
  }
  REQUIRE(heap.next_deadline() == 10);
  while (Task task = heap.take_due(20)) task();
  REQUIRE(ran == "aAb");
  REQUIRE(heap.next_deadline() == 30);
}

TEST_CASE("an old id does not cancel the timer that has its place now") {
  TimerHeap heap;
  TimerId first = heap.add(1, [] {});
  heap.take_due(1);
  TimerId second = heap.add(2, [] {});
  REQUIRE(first != second);
  REQUIRE_FALSE(heap.remove(first));
  REQUIRE_FALSE(heap.remove(TimerId::kNone));
  REQUIRE(heap.size() == 1);
  REQUIRE(heap.remove(second));
  REQUIRE(heap.size() == 0);
}

TEST_CASE("timers under random additions and removals agree with a sorted map") {
  SeededRandom random(3);
  TimerHeap heap;
  std::map<std::pair<int64_t, uint64_t>, TimerId> model;
  std::pair<int64_t, uint64_t> ran;
  for (uint64_t step = 0; step < 20'000; ++step) {
    if (model.empty() || random.below(5) < 2) {
      std::pair<int64_t, uint64_t> key{static_cast<int64_t>(random.below(100)), step};
      model[key] = heap.add(key.first, [&ran, key] { ran = key; });
    } else if (random.one_in(2)) {
      auto victim =
          std::next(model.begin(), static_cast<long>(random.below(std::min<size_t>(model.size(), 20))));
      REQUIRE(heap.remove(victim->second));
      model.erase(victim);
    } else {
      heap.take_due(100)();
      REQUIRE(ran == model.begin()->first);
      model.erase(model.begin());
    }
    REQUIRE(heap.size() == model.size());
    REQUIRE(heap.next_deadline().value_or(-1) == (model.empty() ? -1 : model.begin()->first.first));
  }
}

namespace {

struct LoopFixture {
  ManualClock clock;
  LoopThread loop{"test", clock};

  LoopFixture() { loop.start(); }
  void run(absl::AnyInvocable<void()> task) {
    absl::Notification done;
    loop.post([&] {
      task();
      done.Notify();
    });
    done.WaitForNotification();
  }
};

}  // namespace

TEST_CASE_METHOD(LoopFixture, "tasks of a thread run in the order of its posts, on the loop") {
  std::vector<int> ran;
  for (int i = 0; i < 10'000; ++i) {
    loop.post([&, i] { ran.push_back(loop.is_current() ? i : -1); });
  }
  run([] {});
  REQUIRE(ran.size() == 10'000);
  REQUIRE(std::is_sorted(ran.begin(), ran.end()));
  REQUIRE(ran.front() == 0);
  REQUIRE_FALSE(loop.is_current());
}

TEST_CASE_METHOD(LoopFixture, "no post is lost among many posters") {
  std::atomic<int> ran{0};
  std::vector<std::thread> posters;
  for (int i = 0; i < 4; ++i) {
    posters.emplace_back([&] {
      for (int k = 0; k < 5'000; ++k) {
        loop.post([&] { ++ran; });
        if (k % 100 == 0) std::this_thread::yield();
      }
    });
  }
  for (auto& poster : posters) poster.join();
  REQUIRE(eventually([&] { return ran == 20'000; }));
}

TEST_CASE_METHOD(LoopFixture, "what a task posts runs behind what was posted before it") {
  std::string order;
  absl::Notification done;
  run([&] {
    loop.post([&] {
      order += 'a';
      loop.post([&] {
        order += 'c';
        done.Notify();
      });
    });
    loop.post([&] { order += 'b'; });
  });
  done.WaitForNotification();
  REQUIRE(order == "abc");
}

TEST_CASE_METHOD(LoopFixture, "a timer runs when its time has come, unless it was cancelled") {
  std::string ran;
  run([&] {
    loop.call_at(loop.now_ms() + 100, [&] { ran += 'a'; });
    loop.cancel(loop.call_at(loop.now_ms() + 50, [&] { ran += 'x'; }));
    loop.call_at(loop.now_ms() + 200, [&] { ran += 'b'; });
  });
  clock.advance(99);
  run([] {});
  run([&] { REQUIRE(ran.empty()); });
  clock.advance(1);
  run([] {});
  run([&] { REQUIRE(ran == "a"); });
}

TEST_CASE("a timer wakes a loop that sleeps") {
  SystemClock clock;
  LoopThread loop("test", clock);
  loop.start();
  absl::Notification first;
  absl::Notification second;
  loop.post([&] {
    loop.call_at(loop.now_ms() + 20, [&] { second.Notify(); });
    loop.call_at(loop.now_ms() + 5, [&] { first.Notify(); });
  });
  first.WaitForNotification();
  second.WaitForNotification();
}

TEST_CASE("what a stopped loop did not run is destroyed, and so is what comes later") {
  ManualClock clock;
  auto token = std::make_shared<int>();
  LoopThread loop("test", clock);
  loop.start();
  absl::Notification set;
  loop.post([&] {
    loop.call_at(loop.now_ms() + 1000, [token] {});
    set.Notify();
  });
  set.WaitForNotification();
  loop.stop();
  loop.post([token] {});
  REQUIRE(token.use_count() == 1);
}

TEST_CASE("workers make threads when there is work for them, and finish what is queued") {
  absl::Notification all_busy;
  absl::Notification go;
  std::atomic<int> busy{0};
  std::atomic<int> done{0};
  WorkerPool pool("test", 3);
  for (int i = 0; i < 10; ++i) {
    pool.run([&] {
      if (++busy == 3) all_busy.Notify();
      go.WaitForNotification();
      ++done;
    });
  }
  all_busy.WaitForNotification();
  REQUIRE(busy == 3);
  go.Notify();
  pool.stop();
  REQUIRE(done == 10);
}

TEST_CASE("what a worker goes on with needs no other thread, unless there is more to do than that") {
  std::atomic<int> left{100};
  WorkerPool pool("test", 8);  // last: what it works on outlives it
  Task step = [&] {
    if (--left > 0) pool.go_on([&] { step(); });
  };
  pool.run([&] { step(); });
  REQUIRE(eventually([&] { return left == 0; }));
  REQUIRE(pool.threads() == 1);

  absl::Notification go;
  std::atomic<int> busy{0};
  pool.run([&] {
    for (int i = 0; i < 3; ++i) {
      pool.go_on([&] {
        ++busy;
        go.WaitForNotification();
      });
    }
  });
  const bool all_work = eventually([&] { return busy == 3; });
  go.Notify();
  REQUIRE(all_work);
}

TEST_CASE("the number of workers changes while they work") {
  std::atomic<int> busy{0};
  std::atomic<int> done{0};
  absl::Notification go;
  WorkerPool pool("test", 1);  // last: what it works on outlives it
  auto keep_busy = [&](int tasks) {
    for (int i = 0; i < tasks; ++i) {
      pool.run([&] {
        ++busy;
        go.WaitForNotification();
        ++done;
      });
    }
  };
  keep_busy(1);
  pool.set_threads_max(3);
  keep_busy(4);
  REQUIRE(eventually([&] { return busy == 3; }));
  REQUIRE(pool.threads() == 3);
  pool.set_threads_max(2);
  go.Notify();
  REQUIRE(eventually([&] { return done == 5 && pool.threads() == 2; }));
  pool.set_threads_max(1);
  REQUIRE(eventually([&] { return pool.threads() == 1; }));
  keep_busy(1);
  REQUIRE(eventually([&] { return done == 6; }));
}

TEST_CASE("a higher number of workers is for what is queued already, too") {
  absl::Notification go;
  std::atomic<int> busy{0};
  WorkerPool pool("test", 1);  // last: the task that is still queued needs the others
  for (int i = 0; i < 4; ++i) {
    pool.run([&] {
      ++busy;
      go.WaitForNotification();
    });
  }
  pool.set_threads_max(3);
  const bool all_work = eventually([&] { return busy == 3; });
  const size_t threads = pool.threads();
  go.Notify();
  REQUIRE(all_work);
  REQUIRE(threads == 3);
}

TEST_CASE("workers that are too many are joined soon after they have ended") {
  WorkerPool pool("test", 8);
  for (int round = 0; round < 5; ++round) {
    absl::Notification go;
    std::atomic<int> busy{0}, done{0};
    for (int i = 0; i < 8; ++i) {
      pool.run([&] {
        ++busy;
        go.WaitForNotification();
        ++done;
      });
    }
    REQUIRE(eventually([&] { return busy == 8; }));
    pool.set_threads_max(1);
    go.Notify();
    REQUIRE(eventually([&] { return done == 8 && pool.threads() == 1; }));
    REQUIRE(pool.unjoined() <= 1);
    pool.set_threads_max(8);
  }
}
