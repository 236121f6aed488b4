#include "model/gguf_metadata.h"

#include <algorithm>
#include <array>

namespace fathom {
namespace {

constexpr uint64_t kKeyBytesMax = 256;
constexpr uint64_t kStringBytesMax = uint64_t{16} << 20;
constexpr uint64_t kArrayElementsMax = uint64_t{16} << 20;

// The numbers are GGUF's own value type ids.
enum ValueType : uint32_t {
  kU8 = 0,
  kI8 = 1,
  kU16 = 2,
  kI16 = 3,
  kU32 = 4,
  kI32 = 5,
  kF32 = 6,
  kBool = 7,
  kString = 8,
  kArray = 9,
  kU64 = 10,
  kI64 = 11,
  kF64 = 12,
};

Status ReadElement(GgufCursor* cursor, const std::string& what, std::string* out) {
  return cursor->ReadString(out, kStringBytesMax, what);
}

Status ReadElement(GgufCursor* cursor, const std::string& what, bool* out) {
  uint8_t byte = 0;
  FATHOM_RETURN_IF_ERROR(cursor->Read(&byte, what));
  if (byte > 1) return cursor->Corrupt(what + " is a bool of value " + std::to_string(byte));
  *out = byte == 1;
  return {};
}

template <typename T>
Status ReadElement(GgufCursor* cursor, const std::string& what, T* out) {
  return cursor->Read(out, what);
}

template <typename T>
Status ReadElements(GgufCursor* cursor, const std::string& what, std::vector<T>* out) {
  if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    return cursor->ReadBytes({reinterpret_cast<uint8_t*>(out->data()), out->size() * sizeof(T)},
                             what);
  } else {
    for (size_t i = 0; i < out->size(); ++i) {
      T element{};
      FATHOM_RETURN_IF_ERROR(ReadElement(cursor, what, &element));
      (*out)[i] = std::move(element);
    }
    return {};
  }
}

template <typename T>
Status ReadArrayOf(GgufCursor* cursor, const std::string& what, uint64_t count, GgufValue* out) {
  constexpr uint64_t kBytesEach = std::is_same_v<T, std::string> ? 8 : sizeof(T);
  FATHOM_RETURN_IF_ERROR(
      cursor->CheckCount(count, kBytesEach, kArrayElementsMax, "elements of " + what));
  std::vector<T> elements(count);
  FATHOM_RETURN_IF_ERROR(ReadElements(cursor, what, &elements));
  *out = GgufArray(std::move(elements));
  return {};
}

template <typename T>
Status ReadScalar(GgufCursor* cursor, const std::string& what, GgufValue* out) {
  T value{};
  FATHOM_RETURN_IF_ERROR(ReadElement(cursor, what, &value));
  *out = std::move(value);
  return {};
}

// Calls visit.operator()<T>() with the C++ type of a value type id; Corrupt for an unknown one.
template <typename Visit>
Status WithType(GgufCursor* cursor, const std::string& what, uint32_t type, Visit visit) {
  switch (type) {
    case kU8: return visit.template operator()<uint8_t>();
    case kI8: return visit.template operator()<int8_t>();
    case kU16: return visit.template operator()<uint16_t>();
    case kI16: return visit.template operator()<int16_t>();
    case kU32: return visit.template operator()<uint32_t>();
    case kI32: return visit.template operator()<int32_t>();
    case kF32: return visit.template operator()<float>();
    case kBool: return visit.template operator()<bool>();
    case kString: return visit.template operator()<std::string>();
    case kU64: return visit.template operator()<uint64_t>();
    case kI64: return visit.template operator()<int64_t>();
    case kF64: return visit.template operator()<double>();
    default:
      return cursor->Corrupt(what + " has value type " + std::to_string(type) +
                             "; GGUF knows 0 to 12");
  }
}

Status ReadArray(GgufCursor* cursor, const std::string& what, GgufValue* out) {
  uint32_t type = 0;
  uint64_t count = 0;
  FATHOM_RETURN_IF_ERROR(cursor->Read(&type, what));
  if (type == kArray) return cursor->Corrupt(what + " is an array of arrays");
  FATHOM_RETURN_IF_ERROR(cursor->Read(&count, what));
  return WithType(cursor, what, type,
                  [&]<typename T>() { return ReadArrayOf<T>(cursor, what, count, out); });
}

Status ReadPair(GgufCursor* cursor, uint64_t number, GgufMetadata* metadata) {
  std::string key;
  FATHOM_RETURN_IF_ERROR(
      cursor->ReadString(&key, kKeyBytesMax, "metadata key " + std::to_string(number)));
  if (!IsPlainName(key)) {
    return cursor->Corrupt("metadata key " + std::to_string(number) +
                           " is empty or not printable ASCII");
  }
  if (metadata->contains(key)) return cursor->Corrupt("metadata key " + key + " stands twice");
  uint32_t type = 0;
  GgufValue value;
  FATHOM_RETURN_IF_ERROR(cursor->Read(&type, key));
  if (type == kArray) {
    FATHOM_RETURN_IF_ERROR(ReadArray(cursor, key, &value));
  } else {
    FATHOM_RETURN_IF_ERROR(WithType(
        cursor, key, type, [&]<typename T>() { return ReadScalar<T>(cursor, key, &value); }));
  }
  metadata->emplace(std::move(key), std::move(value));
  return {};
}

}  // namespace

template <>
const char* GgufTypeNameOf<uint8_t>() {
  return "u8";
}
template <>
const char* GgufTypeNameOf<int8_t>() {
  return "i8";
}
template <>
const char* GgufTypeNameOf<uint16_t>() {
  return "u16";
}
template <>
const char* GgufTypeNameOf<int16_t>() {
  return "i16";
}
template <>
const char* GgufTypeNameOf<uint32_t>() {
  return "u32";
}
template <>
const char* GgufTypeNameOf<int32_t>() {
  return "i32";
}
template <>
const char* GgufTypeNameOf<float>() {
  return "f32";
}
template <>
const char* GgufTypeNameOf<bool>() {
  return "bool";
}
template <>
const char* GgufTypeNameOf<std::string>() {
  return "string";
}
template <>
const char* GgufTypeNameOf<uint64_t>() {
  return "u64";
}
template <>
const char* GgufTypeNameOf<int64_t>() {
  return "i64";
}
template <>
const char* GgufTypeNameOf<double>() {
  return "f64";
}

std::string GgufTypeName(const GgufValue& value) {
  return std::visit(
      []<typename T>(const T& v) -> std::string {
        if constexpr (std::is_same_v<T, GgufArray>) {
          return std::visit(
              []<typename E>(const std::vector<E>&) {
                return std::string("array of ") + GgufTypeNameOf<E>();
              },
              v);
        } else {
          return GgufTypeNameOf<T>();
        }
      },
      value);
}

bool IsPlainName(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

Result<GgufMetadata> ReadGgufMetadata(GgufCursor* cursor, uint64_t count) {
  GgufMetadata metadata;
  for (uint64_t i = 0; i < count; ++i) FATHOM_RETURN_IF_ERROR(ReadPair(cursor, i, &metadata));
  return metadata;
}

}  // namespace fathom
