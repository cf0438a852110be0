#include "storage/disk.h"

#include <fmt/core.h>

#include <cerrno>
#include <system_error>

namespace klamm::storage {

DiskError disk_error(int code, std::string_view operation, std::string_view path) {
  return {code, fmt::format("cannot {} {}: {}", operation, path, std::generic_category().message(code))};
}

bool is_out_of_descriptors(const DiskError& error) { return error.code == EMFILE || error.code == ENFILE; }

bool is_full(const DiskError& error) {
  return error.code == ENOSPC || error.code == EDQUOT || is_out_of_descriptors(error);
}

std::string parent_of(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

DiskResult<Bytes> read_file(Disk& disk, const std::string& path, uint64_t size_max) {
  auto file = disk.open(path, OpenMode::kRead);
  if (!file) return Error{file.error()};
  auto size = (*file)->size();
  if (!size) return Error{size.error()};
  if (*size > size_max) return Error{disk_error(EFBIG, "read", path)};
  Bytes content(*size);
  auto got = (*file)->read_at(0, content);
  if (!got) return Error{got.error()};
  content.resize(*got);
  return content;
}

DiskResult<> replace_file(Disk& disk, const std::string& path, ByteView content) {
  // A crash may have left an older and longer temporary file under this name: hence the truncation.
  const std::string temporary = path + ".tmp";
  {
    auto file = disk.open(temporary, OpenMode::kCreate);
    if (!file) return Error{file.error()};
    if (auto done = (*file)->truncate(0); !done) return done;
    if (auto done = (*file)->write_at(0, content); !done) return done;
    // Without this the new name could outlive a crash with none of the content behind it.
    if (auto done = (*file)->sync(); !done) return done;
  }
  if (auto done = disk.rename(temporary, path); !done) return done;
  return disk.sync_directory(parent_of(path));
}

}  // namespace klamm::storage
