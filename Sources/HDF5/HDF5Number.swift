import CHDF5

/// A number that a dataset can hold: `Float`, `Double`, `Int32`, `Int64`.
public protocol HDF5Number: BitwiseCopyable, Sendable {
    /// How the number is stored.
    static var hdf5Kind: HDF5Kind { get }
    /// The number that fills a buffer before it is read.
    static var zero: Self { get }
}

/// The forms in which numbers are stored, all little-endian.
public enum HDF5Kind: String, Sendable {
    case float32, float64, int32, int64

    var fileType: hid_t {
        switch self {
        case .float32: hdf5_float32()
        case .float64: hdf5_float64()
        case .int32: hdf5_int32()
        case .int64: hdf5_int64()
        }
    }

    var memoryType: hid_t {
        switch self {
        case .float32: hdf5_native_float32()
        case .float64: hdf5_native_float64()
        case .int32: hdf5_native_int32()
        case .int64: hdf5_native_int64()
        }
    }

    var isInteger: Bool { self == .int32 || self == .int64 }
    var bytes: Int { self == .float32 || self == .int32 ? 4 : 8 }
}

extension Float: HDF5Number {
    /// 32-bit IEEE.
    public static var hdf5Kind: HDF5Kind { .float32 }
}
extension Double: HDF5Number {
    /// 64-bit IEEE.
    public static var hdf5Kind: HDF5Kind { .float64 }
}
extension Int32: HDF5Number {
    /// 32-bit two's complement.
    public static var hdf5Kind: HDF5Kind { .int32 }
}
extension Int64: HDF5Number {
    /// 64-bit two's complement.
    public static var hdf5Kind: HDF5Kind { .int64 }
}
