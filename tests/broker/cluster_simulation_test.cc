// A few minutes in the life of simulated clusters of whole servers. The program klamm_sim runs as many hours
// as one likes.
#include "tests/testing.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/logging.h"
#include "tests/sim/cluster/ledger.h"
#include "tests/sim/cluster/network.h"
#include "tests/sim/cluster/run.h"
#include "tests/sim/cluster/script.h"

using namespace klamm;
using namespace klamm::sim::cluster;

namespace {

RunResult run_quietly(const RunOptions& options) {
  set_log_level(LogLevel::kFatal);
  RunResult result = run_seed(options);
  set_log_level(LogLevel::kInfo);
  return result;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string kOfThree =
    "cluster seed 1 hours 1 minutes 3 combined 3 controllers 0 brokers 0 flushes 0 two-disks 0 "
    "small-batches 0\n";

// In a process of its own, which begins with the memory of this one: some orders follow from addresses. So
// nothing is allocated here, and the next one begins with the same. nullopt where it has not told.
std::optional<uint64_t> hash_of(const RunOptions& options) {
  constexpr auto kSize = static_cast<ssize_t>(sizeof(uint64_t));
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return std::nullopt;
  const pid_t child = fork();
  if (child == 0) {
    const uint64_t hash = run_quietly(options).trace_hash;
    _exit(write(pipe_ends[1], &hash, sizeof hash) == kSize ? 0 : 1);
  }
  close(pipe_ends[1]);
  uint64_t hash = 0;
  const bool is_told = read(pipe_ends[0], &hash, sizeof hash) == kSize;
  waitpid(child, nullptr, 0);
  close(pipe_ends[0]);
  return is_told ? std::optional<uint64_t>(hash) : std::nullopt;
}

// A ledger that was told of three values that one producer has sent.
struct Told {
  Told() {
    for (int64_t number = 1; number <= 3; ++number) ledger.on_sent(where, {7, number});
  }
  World world{1};
  Ledger ledger{world};
  const TopicPartition where{"t", 0};
  const Ledger::Log whole{{0, {7, 1}}, {1, {7, 2}}, {2, {7, 3}}};
};

}  // namespace

TEST_CASE("simulated clusters keep what they promise") {
  RunOptions options{.minutes = 8};
  for (options.seed = 1; options.seed <= 2; ++options.seed) {
    RunResult result = run_quietly(options);
    INFO("run again with: " << command_of(options));
    REQUIRE(result.failure.value_or("") == "");
    REQUIRE(result.counters.operations() > 1000);
    REQUIRE(result.counters.faults() > 0);
    REQUIRE(result.counters.records_read > 1000);
  }
}

TEST_CASE("a seed of simulated clusters runs the same way twice, and another one differently") {
  RunOptions options{.seed = 3, .minutes = 5};
  const auto once = hash_of(options), again = hash_of(options);
  options.seed = 4;
  const auto other = hash_of(options);
  REQUIRE((once.has_value() && other.has_value()));
  REQUIRE(again == once);
  REQUIRE(other != once);
}

// ---- Scripts

TEST_CASE("clusters stand what befell those that once did not stand it") {
  int scripts = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(KLAMM_SOURCE_DIR "/tests/sim/cluster/scripts")) {
    INFO(entry.path());
    const auto script = script_from(content_of(entry.path()));
    INFO((script ? "" : script.error().message));
    REQUIRE(script.ok());
    const RunResult result = run_quietly(options_of(*script));
    REQUIRE(result.failure.value_or("") == "");
    ++scripts;
  }
  REQUIRE(scripts > 0);
}

TEST_CASE("the steps of a script are done at their times, if there is anything to be done") {
  const std::string done = "    40.000000 kill 2\n    42.000000 start 2\n";
  const auto script = script_from(kOfThree + done + "50.000000 kill 9\n51.000000 start 1\n");
  REQUIRE(script.ok());
  const RunResult result = run_quietly(options_of(*script));
  REQUIRE(result.failure.value_or("") == "");
  REQUIRE(result.script == kOfThree + done);
  REQUIRE(result.counters.faults() == 1);
}

TEST_CASE("a script that is read and written again is the same") {
  const std::string text =
      "cluster seed 17 hours 2 minutes 8 combined 0 controllers 3 brokers 4 flushes 1 two-disks 1 "
      "small-batches 1\n"
      "    12.345678 cut 100 2 12000\n"
      "    13.000000 flip-bit 5 120 7 /d/t0-0/00000000000000000000.log\n"
      "    13.500000 misdirect-write 5 512 1024 /d/t0-0/00000000000000000000.log\n"
      "  3600.000001 set-clock 1 -5000\n"
      "  3601.000000 lose-all-power\n";
  const auto script = script_from("# Why it is kept.\n\n" + text);
  REQUIRE(script.ok());
  REQUIRE(text_of(*script) == text);
  REQUIRE(script->steps.at(0).at == 12'345'678);
  REQUIRE(script->plan.brokers == 4);
  REQUIRE(script->plan.small_batches);
}

TEST_CASE("each thing that a script may say of a cluster is something that is done to it") {
  // Of a node that there is not: nothing is, and nobody stumbles over what it is called.
  const auto script = script_from(
      kOfThree +
      "20.000000 start-with-disks-of 9 1\n20.000000 start-second 9\n20.000000 configure 9 1\n"
      "20.000000 move 9\n20.000000 cut 9 1 10\n20.000000 slow-receiver 9 10 10\n20.000000 fail-reads 9 1 1\n"
      "20.000000 back-up 9\n20.000000 restore 9 0\n20.000000 lose-write 9 0 /d/t0-0/x.log\n"
      "20.000000 misdirect-write 9 0 512 /d/t0-0/x.log\n20.000000 start-twin 9 0\n20.000000 give-way 9\n"
      "20.000000 end-twin 9\n20.000000 wipe 9\n20.000000 fail-writes 9 1 1\n");
  REQUIRE(script.ok());
  const RunResult result = run_quietly(options_of(*script));
  REQUIRE(result.failure.value_or("") == "");
  REQUIRE(result.script == kOfThree);
}

TEST_CASE("a node that moves is found again, by nodes and by clients") {
  const auto script =
      script_from(kOfThree + "    30.000000 kill 2\n    31.000000 move 2\n    32.000000 start 2\n");
  REQUIRE(script.ok());
  const RunResult result = run_quietly(options_of(*script));
  REQUIRE(result.failure.value_or("") == "");
  REQUIRE(result.counters.moves == 1);
}

TEST_CASE("a second process of a node does not get its directories, and the first one goes on") {
  const auto script = script_from(kOfThree + "    30.000000 start-second 2\n");
  REQUIRE(script.ok());
  const RunResult result = run_quietly(options_of(*script));
  REQUIRE(result.failure.value_or("") == "");
  REQUIRE(result.counters.twins == 1);
  REQUIRE(result.counters.fatal_ends == 0);
}

TEST_CASE("with small batches of metadata, decisions are transactions, and everything heals") {
  const auto script = script_from(
      "cluster seed 5 minutes 4 small-batches 1\n30.000000 kill 1\n45.000000 start 1\n60.000000 kill 2\n"
      "62.000000 kill 3\n65.000000 start 2\n66.000000 start 3\n");
  REQUIRE(script.ok());
  const RunResult result = run_quietly(options_of(*script));
  REQUIRE(result.failure.value_or("") == "");
}

// ---- The network

namespace {

// One end of a connection, which says when what came.
struct Listening final : WireEnd {
  explicit Listening(World& shared_world) : world(shared_world) {}
  void on_frame(Bytes frame) override { came.emplace_back(world.now(), frame.size()); }
  void on_closed() override {}
  void on_room() override { ++rooms; }
  World& world;
  std::vector<std::pair<int64_t, size_t>> came;
  int rooms = 0;
};

struct Line {
  Line() {
    network.listen(1, 9091, [this](const auto&) { return server; });
    network.dial(101, 1, 9091, client, [] { return true; }, [this](auto dialed) { wire = dialed; });
    world.run_until(kSecond);
    REQUIRE(wire != nullptr);
  }
  World world{1};
  Network network{world};
  std::shared_ptr<Listening> server = std::make_shared<Listening>(world);
  std::shared_ptr<Listening> client = std::make_shared<Listening>(world);
  std::shared_ptr<Wire> wire;
};

}  // namespace

TEST_CASE_METHOD(Line, "what a slow receiver is sent comes as slowly as it reads, in its order") {
  network.slow_receiver(101, 10, kMinute);
  network.send(wire, Wire::kServer, Bytes(10'000));
  network.send(wire, Wire::kServer, Bytes(20'000));
  world.run_until(3 * kSecond);
  REQUIRE(client->came.size() == 1);
  world.run_until(5 * kSecond);
  REQUIRE(client->came.size() == 2);
  REQUIRE(client->came[1].second == 20'000);
  REQUIRE(client->came[1].first > 4 * kSecond);
}

TEST_CASE_METHOD(Line, "who is slow no more reads on at once") {
  network.slow_receiver(101, 10, kMinute);
  network.send(wire, Wire::kServer, Bytes(1'000'000));
  world.run_until(2 * kSecond);
  REQUIRE(client->came.empty());
  network.heal();
  world.run_until(3 * kSecond);
  REQUIRE(client->came.size() == 1);
}

TEST_CASE_METHOD(Line, "who sends to a slow receiver has no room after a while, and is told when it has") {
  network.slow_receiver(101, 10, kMinute);
  for (size_t i = 0; i < kUnreadFramesMax; ++i) network.send(wire, Wire::kServer, Bytes(1'000));
  REQUIRE_FALSE(network.has_room(*wire, Wire::kServer));
  REQUIRE(network.has_room(*wire, Wire::kDialer));
  world.run_until(2 * kSecond);
  REQUIRE(network.has_room(*wire, Wire::kServer));
  REQUIRE(server->rooms == 1);
}

TEST_CASE("a line that is none of a script is named") {
  const std::string line =
      GENERATE("12.3 kill 2", "12.345678 kill", "12.345678 kill 2 3", "12.345678 forget 2",
               "-2.000000 kill 2", "12.345678 kill two", "12.345678 flip-bit 3 120 7", "cluster seed 2");
  const auto script = script_from(kOfThree + "1.000000 kill 2\n" + line + "\n");
  REQUIRE_FALSE(script.ok());
  REQUIRE(script.error().message == "line 3 is not one of a script: " + line);
}

TEST_CASE("a script begins with a cluster that there can be") {
  REQUIRE_FALSE(script_from("# nothing\n").ok());
  for (const char* head : {"cluster seed", "cluster seed x", "cluster hours 0", "cluster nodes 3",
                           "cluster flushes 2", "cluster combined 0", "cluster combined 0 controllers 3",
                           "cluster combined 10", "1.000000 kill 2"}) {
    INFO(head);
    REQUIRE_FALSE(script_from(head).ok());
  }
}

TEST_CASE_METHOD(Told, "a log with all that was sent, in order, is what was promised") {
  for (const auto& [offset, value] : whole) ledger.on_acknowledged(where, value, offset);
  ledger.check_log(where, 0, 3, whole);
  REQUIRE(world.failure().value_or("") == "");
}

TEST_CASE_METHOD(Told, "a value that was acknowledged and is gone is missed") {
  ledger.on_acknowledged(where, {7, 3}, -1);
  ledger.check_log(where, 0, 2, {whole[0], whole[1]});
  REQUIRE(world.failure().has_value());
}

TEST_CASE_METHOD(Told, "a value that is there twice is noticed") {
  ledger.check_log(where, 0, 3, {{0, {7, 1}}, {1, {7, 1}}, {2, {7, 2}}});
  REQUIRE(world.failure().has_value());
}

TEST_CASE_METHOD(Told, "an offset that has two values is noticed, whoever says so") {
  ledger.on_read(where, {7, 1}, 0, "one");
  ledger.on_read(where, {7, 2}, 0, "another");
  REQUIRE(world.failure().has_value());
}

TEST_CASE_METHOD(Told, "a value that was read at two offsets is noticed, whatever is deleted later") {
  ledger.on_read(where, {7, 1}, 0, "one");
  ledger.on_read(where, {7, 1}, 1, "one");
  REQUIRE(world.failure().has_value());
}

TEST_CASE_METHOD(Told, "a value that nobody has sent is noticed") {
  ledger.on_read(where, {7, 4}, 0, "one");
  REQUIRE(world.failure().has_value());
}

TEST_CASE_METHOD(Told, "a log that starts beyond what was deleted has lost its beginning") {
  ledger.on_delete_asked(where, 1);
  ledger.check_log(where, 2, 3, {whole[2]});
  REQUIRE(world.failure().has_value());
}

TEST_CASE_METHOD(Told, "the latest offset does not go back from one leader to the next") {
  ledger.on_latest(where, 4, 10, 0);
  ledger.on_latest(where, 5, 9, ledger.latest_of(where, 5));
  REQUIRE(world.failure().has_value());
}

TEST_CASE_METHOD(Told, "the latest offset is not below what was acknowledged before, by whichever leader") {
  ledger.on_acknowledged(where, {7, 1}, 0, 4);
  ledger.on_latest(where, 5, 0, ledger.latest_of(where, 5));
  REQUIRE(world.failure().has_value());
}

TEST_CASE_METHOD(Told, "a leader who was deposed may say what it knew") {
  ledger.on_latest(where, 5, 10, 0);
  ledger.on_latest(where, 4, 9, ledger.latest_of(where, 4));
  REQUIRE(world.failure().value_or("") == "");
}

TEST_CASE("a changed byte of a value is noticed") {
  Bytes bytes = bytes_of({3, 12});
  REQUIRE(value_of(bytes) == Value{3, 12});
  bytes.back() ^= 1;
  REQUIRE_FALSE(value_of(bytes).has_value());
}
