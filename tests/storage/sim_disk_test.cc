#include "tests/testing.h"

#include <map>
#include <set>

#include "storage/disk.h"
#include "tests/sim/sim_disk.h"

using namespace klamm;
using namespace klamm::storage;
using klamm::sim::CrashOdds;
using klamm::sim::DiskFault;
using klamm::sim::DiskOperation;
using klamm::sim::SimDisk;

namespace {

struct Machine {
  SimDisk disk;
  SeededRandom random{1};

  std::unique_ptr<File> create(const std::string& path) { return disk.open(path, OpenMode::kCreate).value(); }
  void write(const std::string& path, std::string_view text, bool sync) {
    auto file = create(path);
    REQUIRE(file->write_at(0, as_bytes(text)));
    if (sync) REQUIRE(file->sync());
  }
  // What of `path` is there after each of many power cuts now; "missing" where the name is gone.
  std::set<std::string> after_cuts(const std::string& path, int cuts = 300) {
    std::set<std::string> seen;
    for (int i = 0; i < cuts; ++i) {
      auto image = disk.crash_image(random);
      seen.insert(image->exists(path) ? image->text(path) : "missing");
    }
    return seen;
  }
};

}  // namespace

TEST_CASE("what was synced, name and content, survives every power cut") {
  Machine machine;
  machine.write("/file", "solid", true);
  REQUIRE(machine.disk.sync_directory("/"));
  REQUIRE(machine.after_cuts("/file") == std::set<std::string>{"solid"});
}

TEST_CASE("a synced file whose directory was not synced may be gone") {
  Machine machine;
  machine.write("/file", "solid", true);
  REQUIRE(machine.after_cuts("/file") == std::set<std::string>{"missing", "solid"});
}

TEST_CASE("an overwritten sector is new, old, zeros or garbage until it is synced") {
  Machine machine;
  machine.disk.plant("/file", "old");
  machine.write("/file", "new", false);
  auto seen = machine.after_cuts("/file");
  REQUIRE(seen.contains("new"));
  REQUIRE(seen.contains("old"));
  REQUIRE(seen.contains(std::string(3, '\0')));
  REQUIRE(seen.size() > 3);
  machine.write("/file", "new", true);
  REQUIRE(machine.after_cuts("/file") == std::set<std::string>{"new"});
}

TEST_CASE("sectors of one write survive independently, and synced bytes beside them stay") {
  Machine machine;
  machine.disk.set_odds({.sectors = {1, 0, 1, 0}, .names_kept_percent = 0, .uniform_percent = 0});
  std::string before(600, 'a');
  machine.disk.plant("/file", before);
  auto file = machine.create("/file");
  REQUIRE(file->write_at(600, as_bytes(std::string(1000, 'b'))));
  std::set<std::string> shapes;
  for (int i = 0; i < 200; ++i) {
    std::string text = machine.disk.crash_image(machine.random)->text("/file");
    REQUIRE(text.substr(0, 600) == before);
    text.resize(1600, '-');
    shapes.insert({text[600], text[1100], text[1590]});
  }
  REQUIRE(shapes.contains("bbb"));
  REQUIRE(shapes.contains(std::string("b\0b", 3)));
  REQUIRE(shapes.contains("b--"));
  REQUIRE(shapes.contains("---"));
}

TEST_CASE("a rename is seen whole or not at all") {
  Machine machine;
  machine.disk.plant("/log", "old");
  machine.write("/log.tmp", "new", true);
  REQUIRE(machine.disk.sync_directory("/"));
  REQUIRE(machine.disk.rename("/log.tmp", "/log"));
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    auto image = machine.disk.crash_image(machine.random);
    seen.insert(image->text("/log") + (image->exists("/log.tmp") ? " beside tmp" : ""));
  }
  REQUIRE(seen == std::set<std::string>{"old beside tmp", "new"});
}

TEST_CASE("an unsynced truncation leaves the old size, the new one, or one between") {
  Machine machine;
  machine.disk.plant("/file", "0123456789");
  auto file = machine.create("/file");
  REQUIRE(file->truncate(4));
  std::set<size_t> sizes;
  for (const std::string& text : machine.after_cuts("/file")) {
    REQUIRE(text.substr(0, 4) == "0123");
    sizes.insert(text.size());
  }
  REQUIRE(sizes == std::set<size_t>{4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE("what was cut off and grown again is zeros, or old until it is synced") {
  Machine machine;
  machine.disk.plant("/file", "0123456789");
  auto file = machine.create("/file");
  REQUIRE(file->truncate(4));
  REQUIRE(file->truncate(10));
  const std::string zeros = "0123" + std::string(6, '\0');
  REQUIRE(machine.disk.text("/file") == zeros);
  auto seen = machine.after_cuts("/file");
  REQUIRE(seen.contains("0123456789"));
  REQUIRE(seen.contains(zeros));
  REQUIRE(file->sync());
  REQUIRE(machine.after_cuts("/file") == std::set<std::string>{zeros});
}

TEST_CASE("a file renamed twice has one name after a power cut") {
  Machine machine;
  machine.disk.plant("/dir/a", "x");
  REQUIRE(machine.disk.rename("/dir/a", "/dir/b"));
  REQUIRE(machine.disk.rename("/dir/b", "/dir/c"));
  std::set<std::vector<std::string>> seen;
  for (int i = 0; i < 200; ++i) seen.insert(machine.disk.crash_image(machine.random)->list("/dir").value());
  REQUIRE(seen == std::set<std::vector<std::string>>{{"a"}, {"b"}, {"c"}});
}

TEST_CASE("after a failed sync the pages are clean and never written, as on Linux") {
  Machine machine;
  machine.disk.plant("/file", "old");
  machine.disk.inject({.operation = DiskOperation::kSync, .path_part = "file", .times = 1});
  auto file = machine.create("/file");
  REQUIRE(file->write_at(0, as_bytes("new")));
  REQUIRE(file->sync().error().code == EIO);
  REQUIRE(file->sync());
  REQUIRE(machine.disk.text("/file") == "new");
  REQUIRE(machine.after_cuts("/file") == std::set<std::string>{"old"});
}

TEST_CASE("a sync that lies reports success and makes nothing durable") {
  Machine machine;
  machine.disk.plant("/file", "old");
  machine.disk.inject({.operation = DiskOperation::kSync, .code = 0});
  machine.write("/file", "new", true);
  REQUIRE(machine.after_cuts("/file").contains("old"));
  REQUIRE(machine.disk.sync_calls().empty());
}

TEST_CASE("handles and locks of before a crash are dead") {
  Machine machine;
  auto file = machine.create("/file");
  auto lock = machine.disk.lock("/.lock").value();
  REQUIRE(machine.disk.lock("/.lock").error().code == EWOULDBLOCK);
  machine.disk.crash(machine.random);
  REQUIRE(file->write_at(0, as_bytes("x")).error().code == EBADF);
  auto again = machine.disk.lock("/.lock");
  REQUIRE(again);
  lock.reset();
  REQUIRE(machine.disk.lock("/.lock").error().code == EWOULDBLOCK);
}

TEST_CASE("a killed process loses nothing but its handles") {
  Machine machine;
  machine.write("/file", "only cached", false);
  machine.disk.kill_process();
  REQUIRE(machine.disk.text("/file") == "only cached");
}

TEST_CASE("a write beyond the capacity puts in what fits and says ENOSPC") {
  Machine machine;
  machine.disk.set_capacity(5);
  auto file = machine.create("/file");
  REQUIRE(file->write_at(0, as_bytes("12345678")).error().code == ENOSPC);
  REQUIRE(machine.disk.text("/file") == "12345");
  REQUIRE(machine.disk.space("/").value().usable_bytes == 0);
}

TEST_CASE("the power can go in the middle of a write, and nothing works until it is back") {
  Machine machine;
  auto file = machine.create("/file");
  REQUIRE(machine.disk.sync_directory("/"));
  machine.disk.cut_after_bytes(3);
  REQUIRE_FALSE(file->write_at(0, as_bytes("12345678")));
  REQUIRE_FALSE(file->sync());
  REQUIRE_FALSE(machine.disk.list("/"));
  machine.disk.set_odds({.sectors = {1, 0, 0, 0}});
  machine.disk.crash(machine.random);
  REQUIRE(machine.disk.text("/file") == "123");
}

TEST_CASE("one run can be cut at every step and inside every write") {
  Machine machine;
  std::set<size_t> sizes;
  machine.disk.set_odds({.sectors = {1, 0, 0, 0}, .names_kept_percent = 100, .uniform_percent = 0});
  machine.disk.on_step([&] {
    auto image = machine.disk.crash_image(machine.random);
    if (image->exists("/file")) sizes.insert(image->text("/file").size());
  });
  machine.write("/file", std::string(1000, 'x'), true);
  REQUIRE(sizes.size() == 3);
  REQUIRE(*sizes.begin() == 0);
  REQUIRE(*sizes.rbegin() == 1000);
}

TEST_CASE("power cuts of the same seed leave the same disk") {
  auto run = [] {
    Machine machine;
    for (int i = 0; i < 20; ++i) machine.write("/" + std::to_string(i), std::string(5000, 'x'), i % 3 == 0);
    machine.disk.crash(machine.random);
    std::string all;
    auto names = machine.disk.list("/");
    for (const std::string& name : *names) all += name + machine.disk.text("/" + name);
    return all;
  };
  REQUIRE(run() == run());
}

TEST_CASE("whole directories come and go with their name") {
  Machine machine;
  REQUIRE(machine.disk.make_directories("/logs/t-0"));
  machine.write("/logs/t-0/a.log", "x", true);
  REQUIRE(machine.disk.sync_directory("/logs/t-0"));
  REQUIRE(machine.after_cuts("/logs/t-0/a.log") == std::set<std::string>{"missing", "x"});
  REQUIRE(machine.disk.sync_directory("/logs"));
  REQUIRE(machine.disk.sync_directory("/"));
  REQUIRE(machine.after_cuts("/logs/t-0/a.log") == std::set<std::string>{"x"});
  REQUIRE(machine.disk.unsynced().empty());
  REQUIRE(machine.disk.remove_all("/logs/t-0"));
  REQUIRE(machine.after_cuts("/logs/t-0/a.log") == std::set<std::string>{"missing", "x"});
}

TEST_CASE("rotten bits are read, and stay") {
  Machine machine;
  machine.disk.plant("/file", "A");
  machine.disk.flip_bit("/file", 0, 1);
  REQUIRE(machine.disk.text("/file") == "C");
  REQUIRE(machine.after_cuts("/file") == std::set<std::string>{"C"});
}

TEST_CASE("a write that the disk loses is in the cache, and not there after any power cut, synced or not") {
  Machine machine;
  machine.disk.plant("/file", std::string(1024, 'a'));
  auto file = machine.create("/file");
  REQUIRE(file->write_at(512, as_bytes(std::string(512, 'b'))));
  REQUIRE(machine.disk.unsynced_sectors("/file") == std::vector<uint64_t>{512});
  REQUIRE(machine.disk.lose_write("/file", 512));
  REQUIRE(file->sync());
  REQUIRE(machine.disk.text("/file") == std::string(512, 'a') + std::string(512, 'b'));
  REQUIRE(machine.after_cuts("/file") == std::set<std::string>{std::string(1024, 'a')});
}

TEST_CASE("a write that is lost behind the end of what was synced leaves zeros there") {
  Machine machine;
  machine.write("/file", std::string(1536, 'b'), false);
  REQUIRE(machine.disk.unsynced_sectors("/file") == std::vector<uint64_t>{0, 512, 1024});
  REQUIRE(machine.disk.lose_write("/file", 512));
  REQUIRE(machine.create("/file")->sync());
  REQUIRE(machine.disk.sync_directory("/"));
  REQUIRE(machine.after_cuts("/file") ==
          std::set<std::string>{std::string(512, 'b') + std::string(512, '\0') + std::string(512, 'b')});
}

TEST_CASE("a write that is misdirected takes the place of another sector, and its own stays as it was") {
  Machine machine;
  machine.disk.plant("/file", std::string(512, 'a') + std::string(512, 'c'));
  auto file = machine.create("/file");
  REQUIRE(file->write_at(512, as_bytes(std::string(512, 'b'))));
  REQUIRE(machine.disk.misdirect_write("/file", 512, 0));
  REQUIRE(file->sync());
  REQUIRE(machine.disk.text("/file") == std::string(512, 'a') + std::string(512, 'b'));
  REQUIRE(as_text(machine.disk.platter("/file")) == std::string(512, 'b') + std::string(512, 'c'));
}

TEST_CASE("a write cannot be lost of what is synced, or misdirected to where nothing is") {
  Machine machine;
  machine.disk.plant("/file", std::string(1024, 'a'));
  REQUIRE_FALSE(machine.disk.lose_write("/file", 0));
  auto file = machine.create("/file");
  REQUIRE(file->write_at(0, as_bytes("b")));
  REQUIRE_FALSE(machine.disk.lose_write("/file", 100));
  REQUIRE_FALSE(machine.disk.misdirect_write("/file", 0, 0));
  REQUIRE_FALSE(machine.disk.misdirect_write("/file", 0, 1024));
  REQUIRE(machine.disk.unsynced_sectors("/file") == std::vector<uint64_t>{0});
}

TEST_CASE("what was lost comes to the disk with the next write to its sector") {
  Machine machine;
  machine.disk.plant("/file", std::string(1024, 'a'));
  auto file = machine.create("/file");
  REQUIRE(file->write_at(0, as_bytes("bcd")));
  REQUIRE(machine.disk.lose_write("/file", 0));
  REQUIRE(file->write_at(100, as_bytes("e")));
  REQUIRE(file->sync());
  REQUIRE(machine.disk.platter("/file") == machine.disk.content("/file"));
}

TEST_CASE("a copy of a directory has all its files as they are read") {
  Machine machine;
  machine.disk.plant("/logs/meta", "1");
  REQUIRE(machine.disk.make_directories("/logs/t-0"));
  machine.write("/logs/t-0/a.log", "x", false);
  const std::map<std::string, Bytes> copy = machine.disk.copy_of("/logs");
  REQUIRE(copy.size() == 2);
  REQUIRE(as_text(copy.at("/logs/t-0/a.log")) == "x");
  REQUIRE(machine.disk.copy_of("/none").empty());
}
