import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Answers what a JVM knows about itself; with --check, whether the running one answers. */
public final class Report {
  private static final int PORT = 8090;

  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals("--check")) {
      System.exit(status("http://127.0.0.1:" + PORT + "/health") == 200 ? 0 : 1);
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(PORT), 0);
    server.createContext("/health", exchange -> answer(exchange, "{\"status\":\"ok\"}"));
    server.createContext("/", exchange -> answer(exchange, self(args)));
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stopping")));
    System.out.println("listening on port " + PORT);
  }

  private static int status(String url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    connection.setConnectTimeout(3000);
    connection.setReadTimeout(3000);
    return connection.getResponseCode();
  }

  private static String self(String[] args) {
    String words = Arrays.stream(args).map(Report::quote).collect(Collectors.joining(","));
    return "{\"java\":" + Runtime.version().feature()
        + ",\"pid\":" + ProcessHandle.current().pid()
        + ",\"user\":" + quote(System.getProperty("user.name"))
        + ",\"home\":" + quote(System.getProperty("user.home"))
        + ",\"directory\":" + quote(System.getProperty("user.dir"))
        + ",\"runtime\":" + quote(System.getProperty("java.home"))
        + ",\"arguments\":[" + words + "]}";
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] body = (json + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
