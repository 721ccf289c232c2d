// All of the library by one import.
@_exported public import Knowledge
@_exported public import PostgreSQL
@_exported public import SFTProbeCore
