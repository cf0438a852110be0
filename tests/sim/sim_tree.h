// The directories of a simulated disk: names as a process sees them, names as they are on the platter, and
// the changes that lead from the second to the first.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/file_image.h"

namespace klamm::sim {

struct Node;
using NodePointer = std::shared_ptr<Node>;
using Names = std::map<std::string, NodePointer>;

// One operation's changes of names in one directory; a null node takes the name away. All of them survive a
// power cut or none.
struct NameChange {
  std::vector<std::pair<std::string, NodePointer>> names;
};

struct Node {
  bool is_directory = false;
  FileImage file;
  Names names;
  Names durable_names;
  std::vector<NameChange> pending;

  void change(NameChange change);
  void sync_names();
  NodePointer find(const std::string& name) const;
};

struct TreeOdds {
  SectorOdds sectors;
  unsigned names_kept_percent = 50;
};

NodePointer make_directory_node();
// "/a//b/." is {"a", "b"}; relative paths start at the root, too.
std::vector<std::string> split_path(std::string_view path);
// Null when there is no such thing.
NodePointer find_node(const NodePointer& root, std::string_view path);
// The tree that a power cut now leaves. Names that are not synced survive as a prefix of the changes of each
// directory, or each for itself.
NodePointer after_power_cut(const Node& root, Random& random, const TreeOdds& odds);
uint64_t bytes_below(const Node& node);

}  // namespace klamm::sim
