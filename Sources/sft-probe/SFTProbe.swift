@main struct SFTProbe { static func main() {} }
