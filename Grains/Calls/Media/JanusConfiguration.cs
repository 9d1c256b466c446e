using System.Globalization;

namespace Balie.Grains.Calls.Media;

/// <summary>Writes the configuration folder of a private Janus: API on the private address only, secrets of its own, nothing enabled that Balie does not use.</summary>
internal static class JanusConfiguration
{
    static readonly string[] UnusedPlugins =
    [
        "libjanus_audiobridge.so", "libjanus_duktape.so", "libjanus_echotest.so", "libjanus_lua.so", "libjanus_nosip.so",
        "libjanus_recordplay.so", "libjanus_sip.so", "libjanus_streaming.so", "libjanus_textroom.so", "libjanus_videocall.so",
        "libjanus_voicemail.so",
    ];

    static readonly string[] UnusedTransports =
        ["libjanus_http.so", "libjanus_mqtt.so", "libjanus_nanomsg.so", "libjanus_pfunix.so", "libjanus_rabbitmq.so"];

    internal static void Write(string folder, JanusOptions options, JanusNodeFile node)
    {
        WriteSecret(Path.Combine(folder, "janus.jcfg"), Core(folder, options, node));
        WriteSecret(Path.Combine(folder, "janus.transport.websockets.jcfg"), $$"""
            general: {
              json = "compact"
              ws = true
              ws_ip = "{{options.ApiAddress}}"
              ws_port = {{node.Port}}
              wss = false
              pingpong_trigger = 10
              pingpong_timeout = 5
            }
            """);
        WriteSecret(Path.Combine(folder, "janus.plugin.videoroom.jcfg"), $$"""
            general: {
              admin_key = "{{node.AdminKey}}"
              lock_rtp_forward = true
              string_ids = true
            }
            """);
    }

    static string Core(string folder, JanusOptions options, JanusNodeFile node) => string.Create(CultureInfo.InvariantCulture, $$"""
        general: {
          configs_folder = "{{folder}}"
          plugins_folder = "{{options.LibraryFolder}}/plugins"
          transports_folder = "{{options.LibraryFolder}}/transports"
          events_folder = "{{options.LibraryFolder}}/events"
          loggers_folder = "{{options.LibraryFolder}}/loggers"
          debug_level = 3
          debug_timestamps = true
          api_secret = "{{node.ApiSecret}}"
          admin_secret = "{{node.AdminSecret}}"
          session_timeout = {{(int)options.ReclaimTime.TotalSeconds}}
          reclaim_session_timeout = {{(int)options.ReclaimTime.TotalSeconds}}
          recordings_tmp_ext = "part"
          hide_dependencies = true
          protected_folders = ["/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/sbin", "/sys", "/usr"]
        }
        media: {
          rtp_port_range = "{{options.RtpPortMin}}-{{options.RtpPortMax}}"
          no_media_timer = 2
          slowlink_threshold = 4
        }
        nat: {
          ice_enforce_list = "{{node.MediaAddress}}"
          ignore_mdns = true
          {{(options.PublicAddress is { } seen ? $"nat_1_1_mapping = \"{seen}\"" : "")}}
        }
        plugins: {
          disable = "{{string.Join(',', UnusedPlugins)}}"
        }
        transports: {
          disable = "{{string.Join(',', UnusedTransports)}}"
        }
        events: {
          broadcast = false
        }
        """);

    static void WriteSecret(string path, string text)
    {
        File.Delete(path);
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        using var writer = new StreamWriter(file);
        writer.Write(text);
    }
}
