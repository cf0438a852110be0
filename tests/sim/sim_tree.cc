#include "tests/sim/sim_tree.h"

namespace klamm::sim {
namespace {

void apply_change(Names& names, const NameChange& change) {
  for (const auto& [name, node] : change.names) {
    if (node == nullptr) {
      names.erase(name);
      continue;
    }
    // A renamed node has one name, also when the power cut took an earlier rename of it.
    std::erase_if(names, [&](const auto& entry) { return entry.second == node; });
    names[name] = node;
  }
}

NodePointer cut_node(const Node& node, Random& random, const TreeOdds& odds, bool in_order) {
  auto image = std::make_shared<Node>();
  image->is_directory = node.is_directory;
  if (!node.is_directory) {
    image->file = FileImage(node.file.after_power_cut(random, odds.sectors));
    return image;
  }
  Names survivors = node.durable_names;
  for (const NameChange& change : node.pending) {
    bool kept = random.below(100) < odds.names_kept_percent;
    if (kept) apply_change(survivors, change);
    if (!kept && in_order) break;
  }
  for (const auto& [name, child] : survivors) {
    image->durable_names[name] = cut_node(*child, random, odds, in_order);
  }
  image->names = image->durable_names;
  return image;
}

}  // namespace

void Node::change(NameChange change) {
  apply_change(names, change);
  pending.push_back(std::move(change));
}

void Node::sync_names() {
  durable_names = names;
  pending.clear();
}

NodePointer Node::find(const std::string& name) const {
  auto at = names.find(name);
  return at == names.end() ? nullptr : at->second;
}

NodePointer make_directory_node() {
  auto node = std::make_shared<Node>();
  node->is_directory = true;
  return node;
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return parts;
}

NodePointer find_node(const NodePointer& root, std::string_view path) {
  NodePointer node = root;
  for (const std::string& part : split_path(path)) {
    if (!node->is_directory) return nullptr;
    node = node->find(part);
    if (node == nullptr) return nullptr;
  }
  return node;
}

NodePointer after_power_cut(const Node& root, Random& random, const TreeOdds& odds) {
  bool in_order = random.one_in(2);
  return cut_node(root, random, odds, in_order);
}

uint64_t bytes_below(const Node& node) {
  uint64_t bytes = node.file.size();
  for (const auto& [name, child] : node.names) bytes += bytes_below(*child);
  return bytes;
}

}  // namespace klamm::sim
