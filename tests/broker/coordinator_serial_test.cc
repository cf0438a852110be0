#include "tests/testing.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "broker/coordinator/serial.h"

using namespace klamm::broker;

namespace {

struct Fixture {
  Serial serial;
  std::string ran;

  Task write(char name) {
    return [this, name] { ran += name; };
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a task runs at once while none runs") {
  serial.run(write('a'));
  REQUIRE(ran == "a");
}

TEST_CASE_METHOD(Fixture, "a task that a task brings runs behind it") {
  serial.run([this] {
    serial.run(write('b'));
    ran += 'a';
  });
  REQUIRE(ran == "ab");
}

TEST_CASE_METHOD(Fixture, "a task that is to run next goes before those that wait") {
  serial.run([this] {
    serial.run(write('c'));
    REQUIRE_FALSE(serial.is_last());
    serial.run_next(write('b'));
    ran += 'a';
  });
  REQUIRE(ran == "abc");
}

TEST_CASE_METHOD(Fixture, "while paused nothing begins") {
  serial.run([this] { serial.pause(); });
  serial.run(write('b'));
  REQUIRE(ran.empty());
  serial.resume(write('a'));
  REQUIRE(ran == "ab");
}

TEST_CASE_METHOD(Fixture, "a task that is resumed before it has ended goes on behind itself") {
  serial.run([this] {
    serial.run(write('c'));
    serial.pause();
    serial.resume(write('b'));
    ran += 'a';
  });
  REQUIRE(ran == "abc");
}

namespace {

struct Busy : Fixture {
  std::vector<Task> handed_over;
  Serial serial{[this](Task rest) { handed_over.push_back(std::move(rest)); }};

  // Which waits until the others are there.
  void run_together(int count) {
    serial.run([this, count] {
      for (int i = 1; i < count; ++i) serial.run(write('b'));
      ran += 'a';
    });
  }
};

}  // namespace

TEST_CASE_METHOD(Busy, "who resumes keeps nothing to do") {
  serial.run([this] { serial.pause(); });
  serial.resume(write('a'));
  REQUIRE(ran.empty());
  REQUIRE(handed_over.size() == 1);
  handed_over[0]();
  REQUIRE(ran == "a");
}

TEST_CASE_METHOD(Busy, "a thread is not kept by more than so many tasks") {
  run_together(Serial::kTasksInARow);
  REQUIRE(ran.size() == Serial::kTasksInARow);
  REQUIRE(handed_over.empty());

  run_together(Serial::kTasksInARow + 10);
  REQUIRE(ran.size() == 2 * Serial::kTasksInARow);
  REQUIRE(handed_over.size() == 1);
  SECTION("nobody else begins before the rest") {
    serial.run(write('c'));
    REQUIRE(ran.size() == 2 * Serial::kTasksInARow);
    handed_over[0]();
    REQUIRE(ran.ends_with("bbbc"));
  }
  SECTION("whoever takes the rest is not kept either") {
    for (int i = 0; i < Serial::kTasksInARow; ++i) serial.run(write('c'));
    handed_over[0]();
    REQUIRE(ran.size() == 3 * Serial::kTasksInARow);
    REQUIRE(handed_over.size() == 2);
  }
}

namespace {

// Threads that bring tasks, some of which are resumed by yet another thread.
struct Crowd {
  static constexpr int kThreads = 4;
  static constexpr int kTasksEach = 3000;

  Serial serial;
  int64_t sum = 0;  // of nobody but the task that runs
  std::atomic<int> inside{0}, wrong{0}, done{0};
  std::atomic<bool> open{false}, stop{false};

  void step() {
    if (++inside != 1) ++wrong;
    ++sum;
    --inside;
  }
  void bring_all() {
    for (int i = 0; i < kTasksEach; ++i) {
      serial.run([this, i] {
        step();
        if (i % 7 != 0) return void(++done);
        serial.pause();
        open = true;
      });
    }
  }
  void resume_all() {
    while (!stop) {
      bool expected = true;
      if (!open.compare_exchange_strong(expected, false)) continue;
      serial.resume([this] {
        step();
        ++done;
      });
    }
  }
};

}  // namespace

TEST_CASE_METHOD(Crowd, "threads that bring, pause and resume tasks never run two at once") {
  std::thread resumer([this] { resume_all(); });
  std::vector<std::thread> bringers;
  for (int i = 0; i < kThreads; ++i) bringers.emplace_back([this] { bring_all(); });
  for (std::thread& bringer : bringers) bringer.join();
  while (done < kThreads * kTasksEach) std::this_thread::yield();
  stop = true;
  resumer.join();
  REQUIRE(wrong == 0);
  const int paused = (kTasksEach + 6) / 7;
  REQUIRE(sum == kThreads * (kTasksEach + paused));
}
