/// A teacher whose replies are kept: asked twice, it is called once.
public struct RecordedTeacher: Teacher {
    /// The name of the teacher whose replies are kept.
    public var name: String { teacher.name }
    private let teacher: any Teacher
    private let file: ReplyFile

    /// A teacher and the file of its replies.
    public init(_ teacher: any Teacher, _ file: ReplyFile) { (self.teacher, self.file) = (teacher, file) }

    /// The reply to a conversation.
    public func reply(to request: TeacherRequest) async throws(TeacherError) -> String {
        if let known = file.reply(of: name, to: request) { return known.text }
        let reply = try await teacher.reply(to: request)
        try file.add(TeacherAnswer(text: reply), of: name, to: request)
        return reply
    }

    /// The same with what it could have said instead, where that was kept.
    public func answer(to request: TeacherRequest) async throws(TeacherError) -> TeacherAnswer {
        if let known = file.reply(of: name, to: request) { return known }
        let answer = try await teacher.answer(to: request)
        try file.add(answer, of: name, to: request)
        return answer
    }
}

/// Replies that were recorded, and nothing else.
public struct ReplayedTeacher: Teacher {
    /// What examples say they were made by.
    public let name: String
    private let file: ReplyFile

    /// The replies of a file.
    public init(_ file: ReplyFile) {
        self.file = file
        name = "replay"
    }

    /// The reply to a conversation.
    public func reply(to request: TeacherRequest) async throws(TeacherError) -> String {
        try await answer(to: request).text
    }

    /// The same with what the teacher could have said instead, where that was kept.
    public func answer(to request: TeacherRequest) async throws(TeacherError) -> TeacherAnswer {
        guard let reply = file.anyReply(to: request) else { throw .notRecorded(path: file.path) }
        return reply
    }
}
