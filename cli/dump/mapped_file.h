// A file's bytes, mapped: segments may be large, and a dump reads each byte once.
#pragma once

#include <string>

#include "base/bytes.h"
#include "cli/error.h"

namespace klamm::cli {

class MappedFile {
 public:
  static Attempt<MappedFile> open(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  ByteView bytes() const { return {data_, size_}; }

 private:
  MappedFile(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  const uint8_t* data_;
  size_t size_;
};

// As Java's File.getAbsolutePath(): the working directory before it, unless it begins with a slash.
std::string absolute_path(const std::string& path);
// What is behind the last slash.
std::string file_name(const std::string& path);

}  // namespace klamm::cli
