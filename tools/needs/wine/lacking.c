/* What Go needs of Windows 10 and Wine 8 has not got. Go loads this library
 * from system32 when it starts, before anything else:
 *
 *  - ProcessPrng, which is RtlGenRandom by another name;
 *  - two settings of UDP sockets, SIO_UDP_CONNRESET and SIO_UDP_NETRESET, without
 *    which Go opens no such socket. They only matter for errors by ICMP, so
 *    WSAIoctl is replaced by one that takes them and does nothing.
 *
 * So the program under test is the very file that is shipped.
 */
#include <string.h>
#include <winsock2.h>
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T size) { return RtlGenRandom(to, (ULONG)size); }

#define UDP_CONNRESET 0x9800000C
#define UDP_NETRESET 0x9800000F

typedef int(WINAPI *ioctl_t)(SOCKET, DWORD, LPVOID, DWORD, LPVOID, DWORD, LPDWORD, LPWSAOVERLAPPED, LPWSAOVERLAPPED_COMPLETION_ROUTINE);
static ioctl_t real;

static int WINAPI quiet(SOCKET s, DWORD code, LPVOID in, DWORD inn, LPVOID out, DWORD outn, LPDWORD n, LPWSAOVERLAPPED o, LPWSAOVERLAPPED_COMPLETION_ROUTINE f) {
	if (code == UDP_CONNRESET || code == UDP_NETRESET) {
		if (n) *n = 0;
		return 0;
	}
	return real(s, code, in, inn, out, outn, n, o, f);
}

/* Exports are offsets of 32 bits, so the jump must be near the library. */
static void replace(BYTE *dll, const char *name, void *by) {
	IMAGE_NT_HEADERS *h = (IMAGE_NT_HEADERS *)(dll + ((IMAGE_DOS_HEADER *)dll)->e_lfanew);
	IMAGE_EXPORT_DIRECTORY *e = (IMAGE_EXPORT_DIRECTORY *)(dll + h->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress);
	DWORD *names = (DWORD *)(dll + e->AddressOfNames), *functions = (DWORD *)(dll + e->AddressOfFunctions);
	WORD *ordinals = (WORD *)(dll + e->AddressOfNameOrdinals);
	BYTE *jump = NULL, *at = dll;
	DWORD old;
	while (!jump && at < dll + 0x7fff0000) jump = VirtualAlloc(at += 0x10000, 16, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
	if (!jump) return;
	memcpy(jump, "\x48\xb8", 2);
	memcpy(jump + 2, &by, 8);
	memcpy(jump + 10, "\xff\xe0", 2);
	for (DWORD i = 0; i < e->NumberOfNames; i++) {
		DWORD *f = functions + ordinals[i];
		if (strcmp((char *)dll + names[i], name) || !VirtualProtect(f, 4, PAGE_READWRITE, &old)) continue;
		*f = (DWORD)(jump - dll);
		VirtualProtect(f, 4, old, &old);
	}
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD why, LPVOID reserved) {
	HMODULE sockets;
	if (why == DLL_PROCESS_ATTACH && (sockets = LoadLibraryA("ws2_32.dll"))) {
		real = (ioctl_t)GetProcAddress(sockets, "WSAIoctl");
		if (real) replace((BYTE *)sockets, "WSAIoctl", quiet);
	}
	return TRUE;
}
