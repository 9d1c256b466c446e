using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Balie.Grains.Interfaces.Calls;

namespace Balie.Grains.Calls.Media;

/// <summary>Who speaks: a browser that offers its camera, or one that answers an offer of the room.</summary>
public enum SdpDirection
{
    /// <summary>A publisher's offer.</summary>
    Offer,

    /// <summary>A subscriber's answer.</summary>
    Answer,
}

/// <summary>One m-line of a session description.</summary>
/// <param name="Sends">The browser that wrote it means to send on it.</param>
public sealed record SdpMedia(string Mid, bool IsVideo, bool Sends);

/// <summary>
/// Reads what browsers send before Janus does, and refuses what Balie never asks for: data channels, simulcast,
/// oversized or malformed text (RFC 8866 line form, RFC 8829 for the attributes). Codecs are Janus's to choose.
/// </summary>
public static partial class SdpGuard
{
    /// <summary>Longest description relayed, in bytes and characters: it must be ASCII.</summary>
    public const int MaxLength = 32 * 1024;

    /// <summary>Most m-lines in an offer: microphone, camera, screen, and as many left behind by earlier ones.</summary>
    public const int MaxOfferedMedia = 8;

    /// <summary>Most m-lines in an answer: all tracks of a full room.</summary>
    public const int MaxAnsweredMedia = 48;

    /// <summary>Null when the description may be relayed, else a stable code.</summary>
    public static string? Validate(string? sdp, SdpDirection direction) => Read(sdp, direction, out _);

    /// <summary>The m-lines of a description that may be relayed.</summary>
    /// <exception cref="InvalidSignalException">It may not.</exception>
    public static ImmutableArray<SdpMedia> Parse(string? sdp, SdpDirection direction) =>
        Read(sdp, direction, out var media) is { } code ? throw new InvalidSignalException(code) : media;

    /// <summary>Null when the candidate may be relayed, else a stable code. No candidate, or an empty one, ends the gathering.</summary>
    public static string? Validate(IceCandidate? candidate)
    {
        if (candidate is null) return null;
        if (candidate.SdpMid is { } mid && !MidForm().IsMatch(mid)) return "candidate-mid";
        if (candidate.SdpMLineIndex is < 0 or >= MaxAnsweredMedia) return "candidate-index";
        if (string.IsNullOrEmpty(candidate.Candidate)) return null;
        if (candidate.SdpMid is null && candidate.SdpMLineIndex is null) return "candidate-unplaced";
        if (candidate.Candidate.Length > 512) return "candidate-too-long";
        return CandidateForm().IsMatch(candidate.Candidate) ? null : "candidate-form";
    }

    static string? Read(string? sdp, SdpDirection direction, out ImmutableArray<SdpMedia> media)
    {
        media = [];
        if (string.IsNullOrEmpty(sdp)) return "sdp-missing";
        if (sdp.Length > MaxLength) return "sdp-too-long";
        var lines = sdp.Split('\n');
        var reader = new Reader(direction == SdpDirection.Offer ? MaxOfferedMedia : MaxAnsweredMedia);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].EndsWith('\r') ? lines[i].AsSpan()[..^1] : lines[i].AsSpan();
            if (line.IsEmpty && i == lines.Length - 1) break;
            if (i == 0 && line is not "v=0") return "sdp-version";
            if (reader.Take(line) is { } code) return code;
        }
        if (reader.Finish() is { } last) return last;
        media = reader.Media;
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_\-]{1,16}\z")]
    private static partial Regex MidForm();

    [GeneratedRegex(@"^(a=)?candidate:[A-Za-z0-9+/]{1,32} [0-9]{1,3} (udp|tcp|UDP|TCP) [0-9]{1,10} [A-Za-z0-9.:\-]{1,128} [0-9]{1,5} typ (host|srflx|prflx|relay)( [\x21-\x7e]+)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex CandidateForm();

    /// <summary>Walks the lines once; holds what is known of the current m-line.</summary>
    sealed class Reader(int mediaLimit)
    {
        readonly ImmutableArray<SdpMedia>.Builder media = ImmutableArray.CreateBuilder<SdpMedia>();
        readonly HashSet<string> mids = [];
        bool inMedia, isVideo, rejected, fingerprint, credentials;
        bool sends, sessionSends = true;
        string? mid;

        internal ImmutableArray<SdpMedia> Media => media.ToImmutable();

        internal string? Take(ReadOnlySpan<char> line)
        {
            if (line.Length < 2 || line[1] != '=' || line[0] is < 'a' or > 'z') return "sdp-line";
            if (line.ContainsAnyExceptInRange(' ', '~')) return "sdp-characters";
            return line[0] switch
            {
                'm' => BeginMedia(line[2..]),
                'a' => Attribute(line[2..]),
                _ => null,
            };
        }

        internal string? Finish()
        {
            if (EndMedia() is { } code) return code;
            if (media.Count == 0) return "sdp-no-media";
            return fingerprint ? credentials ? null : "sdp-no-ice" : "sdp-no-fingerprint";
        }

        string? BeginMedia(ReadOnlySpan<char> value)
        {
            if (EndMedia() is { } code) return code;
            if (media.Count == mediaLimit) return "sdp-too-many-media";
            if (value.StartsWith("application ")) return "sdp-data-channel";
            isVideo = value.StartsWith("video ");
            if (!isVideo && !value.StartsWith("audio ")) return "sdp-media-kind";
            rejected = value[6..].StartsWith("0 ");
            (inMedia, sends, mid) = (true, sessionSends, null);
            return null;
        }

        string? EndMedia()
        {
            if (!inMedia) return null;
            inMedia = false;
            if (mid is null) return "sdp-no-mid";
            if (!mids.Add(mid)) return "sdp-duplicate-mid";
            media.Add(new(mid, isVideo, sends && !rejected));
            return null;
        }

        string? Attribute(ReadOnlySpan<char> value)
        {
            if (Is(value, "simulcast") || Is(value, "rid") || value.StartsWith("ssrc-group:SIM")) return "sdp-simulcast";
            if (value is "sendrecv" or "sendonly") Direct(true);
            else if (value is "recvonly" or "inactive") Direct(false);
            else if (Is(value, "fingerprint")) fingerprint = true;
            else if (Is(value, "ice-ufrag")) credentials = true;
            else if (Is(value, "mid") && inMedia)
            {
                if (mid is not null || value.Length < 5 || !MidForm().IsMatch(value[4..])) return "sdp-mid";
                mid = value[4..].ToString();
            }
            return null;
        }

        void Direct(bool send)
        {
            if (inMedia) sends = send;
            else sessionSends = send;
        }

        static bool Is(ReadOnlySpan<char> value, string name) =>
            value.StartsWith(name) && (value.Length == name.Length || value[name.Length] == ':');
    }
}
