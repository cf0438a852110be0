#include "broker/declared/reader.h"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "security/scram_messages.h"

namespace klamm::broker {
namespace {

constexpr uint64_t kFileSizeMax = 1 << 20;
constexpr size_t kFilesSizeMax = 64 << 20;  // of all of them
constexpr uint64_t kPasswordSizeMax = 4096;
// Under this key a user's own password is made, in a folder with the user's name.
constexpr const char* kOwnKey = "password";

// Mounted ConfigMaps have folders and links that begin with dots beside the files.
bool is_manifest(std::string_view name) {
  if (name.empty() || name.front() == '.') return false;
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

// A file that nobody but the node's user has ever been able to read. A crash leaves it whole, or not there.
storage::DiskResult<> write_secret(storage::Disk& disk, const std::string& path, ByteView content) {
  const std::string temporary = path + ".tmp";
  if (disk.exists(temporary)) {
    if (auto removed = disk.remove(temporary); !removed) return removed;
  }
  {
    auto file = disk.open(temporary, storage::OpenMode::kCreateSecret);
    if (!file) return Error{file.error()};
    if (auto done = (*file)->write_at(0, content); !done) return done;
    if (auto done = (*file)->sync(); !done) return done;
  }
  if (auto done = disk.rename(temporary, path); !done) return done;
  return disk.sync_directory(storage::parent_of(path));
}

CheckedPassword unknown(std::string problem) {
  CheckedPassword checked;
  checked.problem = std::move(problem);
  return checked;
}

}  // namespace

Declared DeclaredReader::read(const ClusterImage& image) {
  Declared declared;
  auto files = read_files();
  if (!files) {
    declared.problem = files.error().message;
    return declared;
  }
  if (*files != files_) {
    files_ = std::move(*files);
    manifests_ = {};
    for (const auto& [name, text] : files_) parse_manifests(name, text, manifests_);
    refuse_twins(manifests_);
  }
  declared.manifests = manifests_;
  for (const Manifest& manifest : manifests_.objects) {
    const auto* user = std::get_if<DeclaredUser>(&manifest.body);
    const bool has_password =
        user != nullptr && user->authentication == DeclaredUser::Authentication::kScramSha512;
    if (!has_password || manifest.is_to_go) continue;
    declared.passwords[user->name] =
        check(*user, image.scram().find(ScramMechanism::kSha512, user->name));
  }
  std::erase_if(known_, [&](const auto& each) { return !declared.passwords.contains(each.first); });
  return declared;
}

Result<std::map<std::string, std::string>, Failure> DeclaredReader::read_files() {
  auto names = disk_.list(config_.directory);
  if (!names) return Error{Failure{names.error().what}};
  std::map<std::string, std::string> files;
  size_t total = 0;
  for (const std::string& name : *names) {
    if (!is_manifest(name)) continue;
    auto text = storage::read_file(disk_, config_.directory + "/" + name, kFileSizeMax);
    // The links of a mounted ConfigMap are taken away behind the files that they led to.
    if (!text && text.error().code == ENOENT) continue;
    if (!text) return Error{Failure{text.error().what}};
    total += text->size();
    if (total > kFilesSizeMax) {
      return Error{Failure{fmt::format("the manifests in {} have more than {} MiB together",
                                       config_.directory, kFilesSizeMax >> 20)}};
    }
    files[name] = as_text(*text);
  }
  return files;
}

CheckedPassword DeclaredReader::check(const DeclaredUser& user, const ScramCredential* credential) {
  if (config_.secrets.empty())
    return unknown("there is no folder of passwords: set klamm.declared.secrets.dir");
  if (user.secret.empty()) return check_own(user, credential);
  auto password = read_password(fmt::format("{}/{}/{}", config_.secrets, user.secret, user.secret_key));
  if (!password) return unknown(password.error().message);
  return compare_known(user, *password, credential);
}

// Each controller has a folder of secrets of its own, unless they share one: what another has made is not
// changed for what is here.
CheckedPassword DeclaredReader::check_own(const DeclaredUser& user, const ScramCredential* credential) {
  if (credential != nullptr) {
    CheckedPassword left;
    left.compared = *credential;
    left.matches = true;
    return left;
  }
  const std::string folder = config_.secrets + "/" + user.name;
  const std::string path = folder + "/" + kOwnKey;
  auto password = disk_.exists(path) ? read_password(path) : make_password(folder, path);
  if (!password) return unknown(password.error().message);
  return compare_known(user, *password, credential);
}

CheckedPassword DeclaredReader::compare_known(const DeclaredUser& user, const std::string& password,
                                              const ScramCredential* credential) {
  const auto known = known_.find(user.name);
  if (known != known_.end() && known->second.password == password) {
    const auto& compared = known->second.checked.compared;
    const bool is_same = credential == nullptr ? !compared : compared == *credential;
    if (is_same) return known->second.checked;
  }
  CheckedPassword checked = check_password(password, credential, random_);
  known_[user.name] = {password, checked};
  return checked;
}

Result<std::string, Failure> DeclaredReader::read_password(const std::string& path) {
  auto bytes = storage::read_file(disk_, path, kPasswordSizeMax);
  if (!bytes) return Error{Failure{bytes.error().what}};
  std::string password(as_text(*bytes));
  while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) password.pop_back();
  if (password.empty()) return Error{Failure{fmt::format("{} is empty, where a password is wanted", path)}};
  return password;
}

Result<std::string, Failure> DeclaredReader::make_password(const std::string& folder,
                                                           const std::string& path) {
  const std::string password = security::scram_random_text(random_);
  auto made = disk_.make_directories(folder);
  if (made) made = write_secret(disk_, path, as_bytes(password));
  if (!made) return Error{Failure{made.error().what}};
  // What stands there counts, also where the reader of an earlier term has just put its own there.
  return read_password(path);
}

}  // namespace klamm::broker
