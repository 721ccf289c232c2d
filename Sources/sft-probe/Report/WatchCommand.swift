import ArgumentParser
import LiveReport

/// `watch`: a page in the browser that follows a training run.
struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show a training run, or a file of measurements, as a live page in the browser.",
        discussion: """
            The page shows how far the run is, its curves and its heads, and follows without being loaded again; a run that \
            is finished is shown as well. Nothing is written and nothing is kept from the training. Only this machine can \
            open the page, unless --host says otherwise: then everybody who reaches the port sees it. Ctrl-C ends it.

            Example: sft-probe watch run
            """)

    @Argument(
        help: ArgumentHelp(
            "The folder of the run, as `train --output` was given it; or an HDF5 file of measurements.",
            valueName: "run"), completion: .file())
    var place: String
    @Option(help: "The address to listen at: localhost, or an IPv4 or IPv6 address of this machine.")
    var host = "localhost"
    @Option(help: "The port to listen at; 0 takes any that is free.") var port: UInt16 = 8180

    func run() async throws {
        let server = try LiveServer(of: try LiveSource(at: place), host: host, port: port)
        try await server.run { address in
            print("Open \(address) in a browser; Ctrl-C ends it.")
            StandardOutput.flush()
        }
    }
}
