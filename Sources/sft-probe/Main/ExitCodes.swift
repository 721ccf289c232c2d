import Entailment
import Files
import Foundation
import GradAttrib
import HDF5
import HeadActivation
import Kernels
import Knowledge
import LaMerCurriculum
import LanguageSubspaces
import LiveReport
import ModelFiles
import ModelHub
import ModuleRobustness
import PostgreSQL
import Records
import Runs
import Teachers
import Tokenization
import Transformers

/// The exit code of an error of ours, after sysexits; nil for those of the argument parser.
func sysexit(of error: any Error) -> Int32? {
    switch error {
    case let error as ModelFileError: error.exitCode
    case let error as HubError: error.exitCode
    case let error as RecordError: error.exitCode
    case let error as TokenizerError: error.exitCode
    case let error as PatternError: error.exitCode
    case let error as HDF5Error: PatternError.file(error).exitCode
    case let error as KnowledgeError: error.exitCode
    case DiagnosisError.file(let error): error.exitCode
    case let error as TeacherError: error.exitCode
    case EntailmentError.teacher(let error): error.exitCode
    case is EntailmentError: Sysexits.badData
    case AttributionError.file(let error): error.exitCode
    case RobustnessError.file(let error): error.exitCode
    case LanguagesError.file(let error): error.exitCode
    case is ModelError, is NewTokensError, is AttributionError, is DiagnosisError, is RobustnessError,
        is LanguagesError,
        is UnusableData, is StoppedTraining:
        Sysexits.badData
    case let error as FileError: error.exitCode
    case is Misspelling: Sysexits.usage
    case is MissingConfig: Sysexits.missing
    case is OutputLost: Sysexits.inputOutput
    case is Interrupted: Sysexits.interrupted
    case is CannotCreate: Sysexits.cannotCreate
    case LiveError.address: Sysexits.usage
    case is LiveError: Sysexits.unavailable
    case is VerificationFailed: Sysexits.internalError
    default: nil
    }
}

/// The codes of sysexits.h that the tool uses.
private enum Sysexits {
    static let usage: Int32 = 64
    static let badData: Int32 = 65
    static let missing: Int32 = 66
    static let unavailable: Int32 = 69
    static let internalError: Int32 = 70
    static let cannotCreate: Int32 = 73
    static let inputOutput: Int32 = 74
    static let interrupted: Int32 = 75
}

extension ModelFileError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .missing: Sysexits.missing
        case .unreadable: Sysexits.inputOutput
        case .malformed, .unsupported, .unrepresentable: Sysexits.badData
        case .unwritable: Sysexits.cannotCreate
        case .file(let error): error.exitCode
        }
    }
}

extension FileError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .unwritable, .notAFile, .otherKind, .same: Sysexits.cannotCreate
        case .full: Sysexits.inputOutput
        case .busy: Sysexits.unavailable
        }
    }
}

extension HubError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .wrongName, .wrongSetting: Sysexits.usage
        case .notInCache: Sysexits.missing
        case .programFailed, .refused, .unreachable, .wrongAnswer, .busy: Sysexits.unavailable
        case .damaged: Sysexits.badData
        case .interrupted: Sysexits.interrupted
        case .unreadable: Sysexits.inputOutput
        case .unwritable: Sysexits.cannotCreate
        }
    }
}

extension RecordError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .missing: Sysexits.missing
        case .unreadable: Sysexits.inputOutput
        case .malformed, .notUnderstood, .invalid: Sysexits.badData
        case .unwritable: Sysexits.cannotCreate
        case .file(let error): error.exitCode
        case .unencodable: Sysexits.internalError
        }
    }
}

extension TokenizerError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .unreadable: Sysexits.missing
        case .malformed, .unsupported, .failed: Sysexits.badData
        }
    }
}

extension PatternError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .file(.missing): Sysexits.missing
        case .file(.busy), .file(.openElsewhere): Sysexits.unavailable
        case .file(.failed): Sysexits.inputOutput
        case .file(.file(let error)): error.exitCode
        case .file, .notPatterns, .damaged, .notFinite, .cannotJoin, .mismatch, .insufficient:
            Sysexits.badData
        case .badName: Sysexits.usage
        case .absent: Sysexits.missing
        case .present: Sysexits.cannotCreate
        }
    }
}

extension KnowledgeError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .missing, .noIndex: Sysexits.missing
        case .notAnIndex, .empty, .otherEncoder: Sysexits.badData
        case .present, .foreign: Sysexits.cannotCreate
        case .busy: Sysexits.unavailable
        case .server(let error): error.exitCode
        case .database: Sysexits.inputOutput
        }
    }
}

extension ServerError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .address: Sysexits.usage
        case .noLibrary, .unreachable, .lost: Sysexits.unavailable
        case .failed: Sysexits.inputOutput
        }
    }
}

extension TeacherError {
    fileprivate var exitCode: Int32 {
        switch self {
        case .address, .setting: Sysexits.usage
        case .refused, .unusable: Sysexits.unavailable
        case .unavailable, .budget: Sysexits.interrupted
        case .notRecorded, .model, .malformed: Sysexits.badData
        case .file: Sysexits.inputOutput
        }
    }
}

/// A model on which an identity does not hold.
struct VerificationFailed: Error, CustomStringConvertible {
    let description: String
}
