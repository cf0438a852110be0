#include "cli/links.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

namespace klamm::cli {
namespace {

namespace fs = std::filesystem;

// A tool of the node, not of this folder, that the binary knows by this name.
constexpr std::string_view kStorage = "kafka-storage";

}  // namespace

int make_links(std::span<const Tool> tools, const std::string& folder, const std::string& binary,
               Console& console) {
  std::vector<std::string_view> names = {kStorage};
  for (const Tool& tool : tools) names.push_back(tool.name);
  size_t made = 0;
  for (const std::string_view name : names) {
    for (const std::string_view ending : {"", ".sh"}) {
      const fs::path link = fs::path(folder) / fmt::format("{}{}", name, ending);
      std::error_code error;
      fs::create_symlink(binary, link, error);
      if (!error) ++made;
      if (error && error != std::errc::file_exists) {
        console.error_line("cannot make {}: {}", link.string(), error.message());
        return 1;
      }
    }
  }
  console.line("{} links to {} in {}", made, binary, folder);
  return 0;
}

}  // namespace klamm::cli
