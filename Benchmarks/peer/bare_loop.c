// The bare transport: a libcurl multi loop on one thread that signs and sends the same body again and again over
// kept-alive connections, and keeps nothing: no ledger, no audit, no retries, no judging beyond "was it 200". What is
// left of a sender's speed when it has nothing to lose.
//
// usage: bare-loop URL COUNT CONNECTIONS BODYFILE
#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    CURL *handle;
    struct curl_slist *headers;
} Slot;

static unsigned char key[32];
static char *body;
static size_t body_size;
static HMAC_CTX *keyed;

static size_t discard(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

// The headers of Standard Webhooks, the same as retier's.
static void sign(Slot *slot, long number) {
    char id[64], moment[32], signature[96], line[160];
    unsigned char code[32];
    unsigned int size = sizeof code;
    snprintf(id, sizeof id, "msg_%026ld", number);
    snprintf(moment, sizeof moment, "%ld", (long)time(NULL));
    HMAC_Init_ex(keyed, NULL, 0, NULL, NULL);
    HMAC_Update(keyed, (unsigned char *)id, strlen(id));
    HMAC_Update(keyed, (unsigned char *)".", 1);
    HMAC_Update(keyed, (unsigned char *)moment, strlen(moment));
    HMAC_Update(keyed, (unsigned char *)".", 1);
    HMAC_Update(keyed, (unsigned char *)body, body_size);
    HMAC_Final(keyed, code, &size);
    EVP_EncodeBlock((unsigned char *)signature, code, 32);
    curl_slist_free_all(slot->headers);
    slot->headers = curl_slist_append(NULL, "Content-Type: application/json");
    snprintf(line, sizeof line, "webhook-id: %s", id);
    slot->headers = curl_slist_append(slot->headers, line);
    snprintf(line, sizeof line, "webhook-timestamp: %s", moment);
    slot->headers = curl_slist_append(slot->headers, line);
    snprintf(line, sizeof line, "webhook-signature: v1,%s", signature);
    slot->headers = curl_slist_append(slot->headers, line);
    slot->headers = curl_slist_append(slot->headers, "Expect:");
    curl_easy_setopt(slot->handle, CURLOPT_HTTPHEADER, slot->headers);
}

int main(int count, char **arguments) {
    if (count != 5) {
        fputs("usage: bare-loop URL COUNT CONNECTIONS BODYFILE\n", stderr);
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    long total = atol(arguments[2]), connections = atol(arguments[3]), next = 0, done = 0, failed = 0;
    FILE *file = fopen(arguments[4], "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) return perror(arguments[4]), 1;
    body_size = (size_t)ftell(file);
    rewind(file);
    body = malloc(body_size + 1);
    if (!body || fread(body, 1, body_size, file) != body_size) return perror(arguments[4]), 1;
    fclose(file);
    memset(key, 42, sizeof key);
    keyed = HMAC_CTX_new();
    HMAC_Init_ex(keyed, key, sizeof key, EVP_sha256(), NULL);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections);
    Slot *slots = calloc((size_t)connections, sizeof *slots);
    for (long index = 0; index < connections && next < total; index++) {
        CURL *handle = slots[index].handle = curl_easy_init();
        curl_easy_setopt(handle, CURLOPT_URL, arguments[1]);
        curl_easy_setopt(handle, CURLOPT_PROXY, "");
        curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body_size);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, discard);
        curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 20000L);
        curl_easy_setopt(handle, CURLOPT_PRIVATE, &slots[index]);
        sign(&slots[index], next++);
        curl_multi_add_handle(multi, handle);
    }
    while (done < total) {
        int running = 0, left = 0, ended = 0;
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(multi, &left))) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL *handle = message->easy_handle;
            long status = 0;
            Slot *slot = NULL;
            curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
            curl_easy_getinfo(handle, CURLINFO_PRIVATE, (char **)&slot);
            if (message->data.result != CURLE_OK || status != 200) failed++;
            ended = 1;
            done++;
            curl_multi_remove_handle(multi, handle);
            if (next >= total) continue;
            sign(slot, next++);
            curl_multi_add_handle(multi, handle);
        }
        if (!ended && done < total) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    if (failed > 0) fprintf(stderr, "bare-loop: %ld requests failed\n", failed);
    return failed > 0;
}
