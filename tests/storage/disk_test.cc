// The small contract of disk.h, asked of the real disk and of the simulated one alike; and replace_file over
// power cuts.
#include "tests/testing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <set>

#include "storage/posix_disk.h"
#include "tests/sim/sim_disk.h"

using namespace klamm;
using namespace klamm::storage;
using klamm::sim::DiskOperation;
using klamm::sim::SimDisk;

namespace {

// While above zero, the reads and writes below of this thread move at most so many bytes, and every other
// call is interrupted by a signal.
thread_local size_t stingy_bytes = 0;
thread_local bool interrupted = false;

bool interrupt_now() {
  interrupted = stingy_bytes > 0 && !interrupted;
  if (interrupted) errno = EINTR;
  return interrupted;
}

struct StingyKernel {
  explicit StingyKernel(size_t bytes) { stingy_bytes = bytes; }
  ~StingyKernel() { stingy_bytes = 0; }
};

}  // namespace

// These stand before libc's for the whole program.
extern "C" ssize_t pwritev(int fd, const iovec* pieces, int count, off_t position) {
  if (interrupt_now()) return -1;
  if (stingy_bytes == 0) return syscall(SYS_pwritev, fd, pieces, count, position, 0);
  while (count > 1 && pieces->iov_len == 0) ++pieces, --count;
  return syscall(SYS_pwrite64, fd, pieces->iov_base, std::min(pieces->iov_len, stingy_bytes), position);
}

extern "C" ssize_t pread(int fd, void* into, size_t size, off_t position) {
  if (interrupt_now()) return -1;
  if (stingy_bytes > 0) size = std::min(size, stingy_bytes);
  return syscall(SYS_pread64, fd, into, size, position);
}

namespace {

class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "klamm-disk-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~ScratchDirectory() { std::filesystem::remove_all(path_); }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Disks {
  ScratchDirectory scratch;
  PosixDisk posix;
  SimDisk sim;
  Disks() { REQUIRE(sim.make_directories(scratch.path())); }
  template <class Claim>
  void both(Claim claim) {
    claim(static_cast<Disk&>(posix), scratch.path() + "/");
    claim(static_cast<Disk&>(sim), scratch.path() + "/");
  }
};

std::string text_of(Disk& disk, const std::string& path) {
  auto content = read_file(disk, path);
  REQUIRE(content);
  return std::string(as_text(*content));
}

void put(Disk& disk, const std::string& path, std::string_view text) {
  REQUIRE(disk.open(path, OpenMode::kCreate).value()->write_at(0, as_bytes(text)));
}

}  // namespace

TEST_CASE_METHOD(Disks, "pieces are written one behind the other") {
  both([](Disk& disk, const std::string& at) {
    auto file = disk.open(at + "file", OpenMode::kCreate).value();
    std::vector<ByteView> pieces = {as_bytes("one "), {}, as_bytes("two "), as_bytes("three")};
    REQUIRE(file->write_at(0, pieces));
    REQUIRE(file->write_at(4, as_bytes("2nd ")));
    REQUIRE(file->sync());
    REQUIRE(text_of(disk, at + "file") == "one 2nd three");
  });
}

TEST_CASE_METHOD(Disks, "more pieces than one system call takes are written whole") {
  both([](Disk& disk, const std::string& at) {
    std::string letters;
    for (int i = 0; i < 5000; ++i) letters.push_back(static_cast<char>('a' + i % 26));
    std::vector<ByteView> pieces;
    for (size_t i = 0; i < letters.size(); ++i) pieces.push_back(as_bytes(letters).subspan(i, 1));
    REQUIRE(disk.open(at + "file", OpenMode::kCreate).value()->write_at(3, pieces));
    REQUIRE(text_of(disk, at + "file") == std::string(3, '\0') + letters);
  });
}

TEST_CASE_METHOD(Disks, "short and interrupted system calls are continued where they stopped") {
  std::vector<ByteView> pieces = {as_bytes("0123456789"), {}, as_bytes("abc"), as_bytes("defghijklm"), {}};
  auto file = posix.open(scratch / "file", OpenMode::kCreate).value();
  StingyKernel stingy(4);
  REQUIRE(file->write_at(2, pieces));
  Bytes into(30);
  REQUIRE(file->read_at(2, into).value() == 23);
  into.resize(23);
  REQUIRE(as_text(into) == "0123456789abcdefghijklm");
}

TEST_CASE_METHOD(Disks, "a read past the end gives what is there") {
  both([](Disk& disk, const std::string& at) {
    put(disk, at + "file", "abc");
    auto file = disk.open(at + "file", OpenMode::kRead).value();
    Bytes into(10);
    REQUIRE(file->read_at(1, into).value() == 2);
    REQUIRE(file->read_at(3, into).value() == 0);
    REQUIRE(file->read_at(99, into).value() == 0);
    REQUIRE(file->size().value() == 3);
    REQUIRE(file->write_at(0, as_bytes("x")).error().code == EBADF);
  });
}

TEST_CASE_METHOD(Disks, "an error names the operation, the path and the reason") {
  both([](Disk& disk, const std::string& at) {
    auto error = disk.open(at + "none", OpenMode::kRead).error();
    REQUIRE(error.code == ENOENT);
    REQUIRE(error.what == "cannot open " + at + "none: No such file or directory");
    REQUIRE(disk.open(at + "none/file", OpenMode::kCreate).error().code == ENOENT);
    REQUIRE(disk.list(at + "none").error().code == ENOENT);
    REQUIRE(disk.remove(at + "none").error().code == ENOENT);
    REQUIRE(disk.rename(at + "none", at + "some").error().code == ENOENT);
    REQUIRE(disk.sync_directory(at + "none").error().code == ENOENT);
    REQUIRE(disk.remove_all(at + "none"));
    put(disk, at + "file", "");
    REQUIRE(disk.open(at + "file/x", OpenMode::kRead).error().code == ENOTDIR);
    REQUIRE(disk.open(at + "file/x", OpenMode::kCreate).error().code == ENOTDIR);
    REQUIRE(disk.list(at + "file").error().code == ENOTDIR);
    REQUIRE(disk.make_directories(at + "file/x").error().code == ENOTDIR);
  });
}

TEST_CASE_METHOD(Disks, "directories are made with their parents, listed in order, renamed and removed") {
  both([](Disk& disk, const std::string& at) {
    REQUIRE(disk.make_directories(at + "a/b"));
    REQUIRE(disk.make_directories(at + "a/b"));
    put(disk, at + "a/z", "");
    put(disk, at + "a/.hidden", "");
    REQUIRE(disk.list(at + "a").value() == std::vector<std::string>{".hidden", "b", "z"});
    REQUIRE(disk.rename(at + "a", at + "c"));
    REQUIRE(disk.sync_directory(at));
    REQUIRE_FALSE(disk.exists(at + "a"));
    REQUIRE(disk.remove(at + "c").error().code == ENOTEMPTY);
    REQUIRE(disk.remove(at + "c/b"));
    REQUIRE(disk.remove_all(at + "c"));
    REQUIRE_FALSE(disk.exists(at + "c"));
  });
}

TEST_CASE_METHOD(Disks, "a lock keeps a second holder out until it is released") {
  both([](Disk& disk, const std::string& at) {
    auto first = disk.lock(at + ".lock");
    REQUIRE(first);
    REQUIRE(disk.lock(at + ".lock").error().code == EWOULDBLOCK);
    REQUIRE(disk.open(at + ".lock", OpenMode::kRead));
    REQUIRE(disk.lock(at + ".lock").error().code == EWOULDBLOCK);
    std::move(first).value().reset();
    REQUIRE(disk.lock(at + ".lock"));
  });
}

TEST_CASE_METHOD(Disks, "the lock and Java's kind of lock, from another process, exclude each other") {
  auto java_can_lock = [&] {
    pid_t child = fork();
    if (child == 0) {
      struct flock whole = {};
      whole.l_type = F_WRLCK;
      int fd = ::open((scratch / ".lock").c_str(), O_RDWR | O_CREAT, 0644);
      _exit(fcntl(fd, F_SETLK, &whole) == 0 ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WEXITSTATUS(status) == 0;
  };
  REQUIRE(java_can_lock());
  auto lock = posix.lock(scratch / ".lock");
  REQUIRE(lock);
  REQUIRE_FALSE(java_can_lock());
}

TEST_CASE_METHOD(Disks, "files have room, say so, and are not inherited by child processes") {
  DiskSpace space = posix.space(scratch.path()).value();
  REQUIRE(space.total_bytes > 0);
  REQUIRE(space.usable_bytes <= space.total_bytes);
  auto file = posix.open(scratch / "file", OpenMode::kCreate).value();
  REQUIRE((fcntl(file->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE_METHOD(Disks, "a file larger than the caller allows is not read") {
  both([](Disk& disk, const std::string& at) {
    put(disk, at + "file", "12345");
    REQUIRE(read_file(disk, at + "file", 4).error().code == EFBIG);
    REQUIRE(read_file(disk, at + "file", 5));
  });
}

TEST_CASE_METHOD(Disks, "a replaced file has the new content and leaves no temporary one") {
  both([](Disk& disk, const std::string& at) {
    put(disk, at + "file", "a long old content");
    put(disk, at + "file.tmp", "an even longer one, of a crash");
    REQUIRE(replace_file(disk, at + "file", as_bytes("new")));
    REQUIRE(text_of(disk, at + "file") == "new");
    REQUIRE_FALSE(disk.exists(at + "file.tmp"));
  });
}

namespace {

const std::string kOld(700, 'o');
const std::string kNew(1500, 'n');

// Everything that a reader may find after a power cut at any moment of one replacement, `lie` being a sync
// that does nothing; "done:" before what is found once replace_file has returned.
std::set<std::string> found_after_cuts(std::optional<DiskOperation> lie) {
  std::set<std::string> found;
  SeededRandom random(3);
  SimDisk disk;
  disk.plant("/dir/file", kOld);
  disk.plant("/dir/file.tmp", std::string(3000, 'z'));
  if (lie) disk.inject({.operation = *lie, .code = 0});
  auto look = [&](const std::string& prefix) {
    for (int i = 0; i < 60; ++i) found.insert(prefix + disk.crash_image(random)->text("/dir/file"));
  };
  disk.on_step([&] { look(""); });
  REQUIRE(replace_file(disk, "/dir/file", as_bytes(kNew)));
  disk.on_step({});
  look("done:");
  return found;
}

}  // namespace

TEST_CASE("a power cut during a replacement leaves the old content or the new, and after it the new") {
  REQUIRE(found_after_cuts(std::nullopt) == std::set<std::string>{kOld, kNew, "done:" + kNew});
}

TEST_CASE("without the sync of the file a replacement can leave neither old nor new") {
  REQUIRE(found_after_cuts(DiskOperation::kSync).size() > 3);
}

TEST_CASE("without the sync of the directory a replacement can be undone by a power cut") {
  REQUIRE(found_after_cuts(DiskOperation::kSyncDirectory).contains("done:" + kOld));
}

TEST_CASE("a disk with a ceiling leaves the descriptors from there on to others") {
  char name[] = "/tmp/klamm-ceiling-XXXXXX";
  REQUIRE(mkdtemp(name) != nullptr);
  const std::string folder = name;
  // The lowest descriptor that is free now, which the first file gets.
  const int free = ::open("/dev/null", O_RDONLY);
  REQUIRE(free >= 0);
  close(free);
  PosixDisk disk(free + 1);
  auto first = disk.open(folder + "/a", OpenMode::kCreate);
  REQUIRE((*first)->descriptor() == free);
  auto second = disk.open(folder + "/b", OpenMode::kCreate);
  REQUIRE_FALSE(second.ok());
  REQUIRE(is_out_of_descriptors(second.error()));
  REQUIRE(is_full(second.error()));
  first->reset();
  REQUIRE(disk.open(folder + "/b", OpenMode::kRead).ok());
  std::filesystem::remove_all(folder);
}
