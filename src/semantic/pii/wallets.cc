#include <array>
#include <span>
#include <string>
#include <vector>

#include "io/sha256.h"
#include "semantic/pii/ascii.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes Sha256Bytes(std::span<const uint8_t> message) {
  Sha256 hash;
  hash.Update(message);
  const std::string hex = hash.Hex();
  Bytes bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// Base58Check: a version, 20 bytes, and the first four bytes of the double SHA-256 of these 21.
bool IsBase58Address(std::string_view word) {
  static constexpr std::string_view kDigits =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::array<uint8_t, 25> bytes{};  // big endian
  for (char c : word) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return false;
    size_t carry = digit;
    for (size_t i = bytes.size(); i-- > 0;) {
      carry += 58 * size_t{bytes[i]};
      bytes[i] = static_cast<uint8_t>(carry % 256);
      carry /= 256;
    }
    if (carry != 0) return false;
  }
  const Bytes check = Sha256Bytes(Sha256Bytes(std::span(bytes).first(21)));
  return std::equal(bytes.begin() + 21, bytes.end(), check.begin());
}

// Bech32 and Bech32m (BIP 173, BIP 350) with the prefix "bc": the checksum is 1 or 0x2bc830a3.
bool IsBech32Address(std::string_view lowered) {
  static constexpr std::string_view kDigits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  static constexpr std::array<uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                      0x3d4233dd, 0x2a1462b3};
  uint32_t checksum = 1;
  const auto add = [&](uint32_t value) {
    const uint32_t top = checksum >> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    for (size_t i = 0; i < kGenerator.size(); ++i) checksum ^= (top >> i & 1) * kGenerator[i];
  };
  for (uint32_t value : {'b' >> 5, 'c' >> 5, 0, 'b' & 31, 'c' & 31}) add(value);
  for (char c : lowered.substr(3)) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return false;
    add(static_cast<uint32_t>(digit));
  }
  return checksum == 1 || checksum == 0x2bc830a3;
}

bool IsEthereumAddress(std::string_view lowered) {
  return lowered.size() == 42 && lowered.starts_with("0x") &&
         RunEnd(lowered, 2, IsHexDigit) == lowered.size();
}

bool IsWallet(std::string_view word, std::string_view lowered) {
  if (word.size() < 26 || word.size() > 62) return false;
  if (lowered.starts_with("bc1")) return IsBech32Address(lowered);
  if (word[0] == '1' || word[0] == '3') return word.size() <= 35 && IsBase58Address(word);
  return IsEthereumAddress(lowered);
}

}  // namespace

void FindWallets(const NumberText& text, PiiSpans* found) {
  const std::string_view all = text.text();
  for (size_t at = 0; at < all.size();) {
    const size_t end = std::max(at + 1, RunEnd(all, at, IsAlnum));
    if (IsWallet(all.substr(at, end - at), text.lowered().substr(at, end - at))) {
      found->push_back({at, end, PiiCategory::kCryptoWallet, PiiCertainty::kChecked});
    }
    at = end;
  }
}

}  // namespace fathom
