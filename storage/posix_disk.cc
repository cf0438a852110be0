#include "storage/posix_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace klamm::storage {
namespace {

// Repeats a system call that a signal interrupted.
template <class Call>
auto uninterrupted(Call call) {
  for (;;) {
    auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    // Linux frees the descriptor even where close() reports an error, so that it must not be repeated.
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path) : fd_(std::move(descriptor)), path_(std::move(path)) {}

  DiskResult<size_t> read_at(uint64_t position, std::span<uint8_t> into) const override {
    size_t done = 0;
    while (done < into.size()) {
      ssize_t got = uninterrupted([&] {
        return ::pread(fd_.get(), into.data() + done, into.size() - done,
                       static_cast<off_t>(position + done));
      });
      if (got < 0) return Error{disk_error(errno, "read", path_)};
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

  DiskResult<> write_at(uint64_t position, std::span<const ByteView> pieces) override {
    size_t skip = 0;  // What of pieces[0] is already in the file.
    while (!pieces.empty()) {
      std::array<iovec, kPiecesMax> vectors;
      size_t count = std::min(pieces.size(), vectors.size());
      size_t offered = 0;
      for (size_t i = 0; i < count; ++i) {
        size_t from = i == 0 ? skip : 0;
        vectors[i] = {const_cast<uint8_t*>(pieces[i].data()) + from, pieces[i].size() - from};
        offered += vectors[i].iov_len;
      }
      ssize_t put = 0;
      if (offered > 0) {
        put = uninterrupted([&] {
          return ::pwritev(fd_.get(), vectors.data(), static_cast<int>(count), static_cast<off_t>(position));
        });
        if (put == 0) return Error{disk_error(EIO, "write", path_)};
      }
      if (put < 0) return Error{disk_error(errno, "write", path_)};
      position += static_cast<uint64_t>(put);
      size_t rest = static_cast<size_t>(put) + skip;
      while (!pieces.empty() && rest >= pieces.front().size()) {
        rest -= pieces.front().size();
        pieces = pieces.subspan(1);
      }
      skip = rest;
    }
    return {};
  }

  DiskResult<> truncate(uint64_t size) override {
    if (uninterrupted([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(size)); }) != 0) {
      return Error{disk_error(errno, "truncate", path_)};
    }
    return {};
  }

  DiskResult<> sync() override {
    if (uninterrupted([&] { return ::fdatasync(fd_.get()); }) != 0) {
      return Error{disk_error(errno, "sync", path_)};
    }
    return {};
  }

  DiskResult<> forget_cached() override {
    const int code = ::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED);
    if (code != 0) return Error{disk_error(code, "drop the cache of", path_)};
    return {};
  }

  DiskResult<uint64_t> size() const override {
    struct stat status;
    if (::fstat(fd_.get(), &status) != 0) return Error{disk_error(errno, "examine", path_)};
    return static_cast<uint64_t>(status.st_size);
  }

  int descriptor() const override { return fd_.get(); }

 private:
  static constexpr size_t kPiecesMax = IOV_MAX;

  Descriptor fd_;
  std::string path_;
};

class PosixLock final : public DirectoryLock {
 public:
  explicit PosixLock(Descriptor descriptor) : fd_(std::move(descriptor)) {}

 private:
  Descriptor fd_;  // Closing it gives the lock back.
};

int flags_of(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead: return O_RDONLY;
    case OpenMode::kReadWrite: return O_RDWR;
    case OpenMode::kCreate:
    case OpenMode::kCreateSecret: return O_RDWR | O_CREAT;
  }
  return O_RDONLY;
}

constexpr mode_t kForAll = 0644;
constexpr mode_t kForOwner = 0600;

// A file that is made gets those `rights`.
Descriptor open_descriptor(const std::string& path, int flags, mode_t rights = kForAll) {
  return Descriptor(uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, rights); }));
}

// When a log was last read is of no use to anybody, and noting it costs each read. Only a file's owner may
// ask for that; others get it as it is.
Descriptor open_file(const std::string& path, int flags, mode_t rights) {
  Descriptor descriptor = open_descriptor(path, flags | O_NOATIME, rights);
  if (descriptor.valid() || errno != EPERM) return descriptor;
  return open_descriptor(path, flags, rights);
}

}  // namespace

DiskResult<std::unique_ptr<File>> PosixDisk::open(const std::string& path, OpenMode mode) {
  const int flags = flags_of(mode);
  Descriptor descriptor = open_file(path, flags, mode == OpenMode::kCreateSecret ? kForOwner : kForAll);
  if (!descriptor.valid()) {
    return Error{disk_error(errno, (flags & O_CREAT) != 0 ? "create" : "open", path)};
  }
  if (descriptor.get() >= ceiling_) return Error{disk_error(EMFILE, "open", path)};
  return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(descriptor), path));
}

bool PosixDisk::exists(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0;
}

DiskResult<> PosixDisk::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return Error{disk_error(errno, "rename", from + " to " + to)};
  return {};
}

DiskResult<> PosixDisk::remove(const std::string& path) {
  if (std::remove(path.c_str()) != 0) return Error{disk_error(errno, "remove", path)};
  return {};
}

DiskResult<> PosixDisk::remove_all(const std::string& path) {
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (failed) return Error{disk_error(failed.value(), "remove", path)};
  return {};
}

DiskResult<> PosixDisk::make_read_only(const std::string& path) {
  if (::chmod(path.c_str(), S_IRUSR) != 0) return Error{disk_error(errno, "make read-only", path)};
  return {};
}

DiskResult<std::vector<std::string>> PosixDisk::list(const std::string& directory) {
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return Error{disk_error(errno, "list", directory)};
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream);
    if (entry == nullptr) break;
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  int code = errno;
  ::closedir(stream);
  if (code != 0) return Error{disk_error(code, "list", directory)};
  std::sort(names.begin(), names.end());
  return names;
}

DiskResult<> PosixDisk::make_directories(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed) return Error{disk_error(failed.value(), "make directory", path)};
  return {};
}

DiskResult<> PosixDisk::sync_directory(const std::string& path) {
  Descriptor descriptor = open_descriptor(path, O_RDONLY | O_DIRECTORY);
  if (!descriptor.valid()) return Error{disk_error(errno, "open directory", path)};
  if (uninterrupted([&] { return ::fsync(descriptor.get()); }) != 0) {
    return Error{disk_error(errno, "sync directory", path)};
  }
  return {};
}

DiskResult<std::unique_ptr<DirectoryLock>> PosixDisk::lock(const std::string& path) {
  Descriptor descriptor = open_descriptor(path, O_RDWR | O_CREAT);
  if (!descriptor.valid()) return Error{disk_error(errno, "create", path)};
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  // A lock of the open file description conflicts with the process-wide kind that Java takes, and unlike that
  // one it is not lost when any other descriptor of the file is closed. File systems that do not know it
  // (EINVAL) get Java's kind.
  int failed = ::fcntl(descriptor.get(), F_OFD_SETLK, &whole);
  if (failed != 0 && errno == EINVAL) failed = ::fcntl(descriptor.get(), F_SETLK, &whole);
  if (failed != 0) return Error{disk_error(errno == EACCES ? EWOULDBLOCK : errno, "lock", path)};
  return std::unique_ptr<DirectoryLock>(std::make_unique<PosixLock>(std::move(descriptor)));
}

DiskResult<DiskSpace> PosixDisk::space(const std::string& path) {
  struct statvfs status;
  if (uninterrupted([&] { return ::statvfs(path.c_str(), &status); }) != 0) {
    return Error{disk_error(errno, "examine the file system of", path)};
  }
  uint64_t block = status.f_frsize;
  return DiskSpace{status.f_blocks * block, status.f_bavail * block};
}

}  // namespace klamm::storage
